package linux;

/**
 * The numbers and names of Linux's errors, which are the same on x86-64 and aarch64. See <a
 * href="https://man7.org/linux/man-pages/man3/errno.3.html">errno(3)</a>.
 */
public final class Errno {
    /** The call is not allowed, or switched off. */
    public static final int EPERM = 1;

    /** There is no such thing, for example nothing to cancel. */
    public static final int ENOENT = 2;

    /** A signal came while the call was waiting. */
    public static final int EINTR = 4;

    /** The descriptor is not open. */
    public static final int EBADF = 9;

    /** The call would have to wait, and the descriptor is non-blocking. */
    public static final int EAGAIN = 11;

    /** The address is not mapped, or not usable for this. */
    public static final int EFAULT = 14;

    /** What is needed is in use. */
    public static final int EBUSY = 16;

    /** An argument is not valid. */
    public static final int EINVAL = 22;

    /** All descriptors of the machine are in use. */
    public static final int ENFILE = 23;

    /** All descriptors of the process are in use ({@code ulimit -n}). */
    public static final int EMFILE = 24;

    /** The other side has ended the connection, and data can no longer be sent. */
    public static final int EPIPE = 32;

    /** The kernel has no such call. */
    public static final int ENOSYS = 38;

    /** The connection was gone before it was accepted. */
    public static final int ECONNABORTED = 103;

    /** The other side has reset the connection. */
    public static final int ECONNRESET = 104;

    /** The kernel has no buffer for this. */
    public static final int ENOBUFS = 105;

    /** The socket has no connection, or no longer has one. */
    public static final int ENOTCONN = 107;

    /** What was waited for did not happen in time. */
    public static final int ETIME = 62;

    /** The address is in use. */
    public static final int EADDRINUSE = 98;

    /** The operation was canceled. */
    public static final int ECANCELED = 125;

    /** Numbers 1 to 133; a dash stands for a number that Linux does not use. */
    private static final String[] NAMES =
            """
            EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES
            EFAULT ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY
            ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK ENAMETOOLONG ENOLCK
            ENOSYS ENOTEMPTY ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH
            ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME
            ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG
            EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ
            ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT
            EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE
            EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN
            ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY
            EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE
            ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL
            EHWPOISON
            """
                    .split("\\s+");

    private Errno() {}

    /** Returns the name of an error, for example {@code ECONNRESET} for 104. */
    public static String name(int errno) {
        return errno > 0 && errno <= NAMES.length ? NAMES[errno - 1] : "error " + errno;
    }
}

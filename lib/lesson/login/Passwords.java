package lesson.login;

import module java.base;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;

import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Password hashes: PBKDF2 with HMAC-SHA-256 and a salt of 16 bytes for each user, written {@code
 * SALT$HASH} in hexadecimal. Each hash computes for a good part of a second, on purpose. Any thread
 * may call any method.
 */
public final class Passwords {
    /** What OWASP's Password Storage Cheat Sheet recommends for this function. */
    private static final int ROUNDS = 600_000;

    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 256;

    private Passwords() {}

    /** Returns what to store for a password, with a new salt. */
    public static String hash(String password) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return hash(password, salt);
    }

    /**
     * Returns whether a password belongs to a stored hash.
     *
     * @param stored null if there is no such user: this then takes as long and returns false, so
     *     the time does not tell which names exist
     */
    public static boolean match(String password, String stored) {
        String known = stored == null ? "00$" : stored;
        byte[] salt = HexFormat.of().parseHex(known.substring(0, known.indexOf('$')));
        byte[] computed = hash(password, salt).getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(computed, known.getBytes(StandardCharsets.US_ASCII));
    }

    private static String hash(String password, byte[] salt) {
        try {
            var spec = new PBEKeySpec(password.toCharArray(), salt, ROUNDS, HASH_BITS);
            var function = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256");
            byte[] hash = function.generateSecret(spec).getEncoded();
            return HexFormat.of().formatHex(salt) + "$" + HexFormat.of().formatHex(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has this function
        }
    }
}

package aio.http;

import module java.base;

/** The header field Date of all answers, formatted at most once a second. For one thread. */
final class DateLine {
    /** RFC 9110, section 5.6.7. The JDK's RFC_1123_DATE_TIME may write a day as one digit. */
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("'Date: 'EEE, dd MMM yyyy HH:mm:ss 'GMT\r\n'", Locale.US);

    private static final long NANOS = 1_000_000_000;

    private byte[] line;
    private long madeAt;

    byte[] bytes() {
        long now = System.nanoTime();
        if (line == null || now - madeAt >= NANOS) {
            String text = FORMAT.format(ZonedDateTime.now(ZoneOffset.UTC));
            line = text.getBytes(StandardCharsets.US_ASCII);
            madeAt = now;
        }
        return line;
    }
}

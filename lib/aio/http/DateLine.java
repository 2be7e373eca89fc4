//SOURCES ../EventLoop.java
package aio.http;

import module java.base;

import aio.EventLoop;

/** The header field Date of all answers, formatted at most once a second. For one loop. */
final class DateLine {
    /** RFC 9110, section 5.6.7. The JDK's RFC_1123_DATE_TIME may write a day as one digit. */
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("'Date: 'EEE, dd MMM yyyy HH:mm:ss 'GMT\r\n'", Locale.US);

    private byte[] line;

    byte[] bytes() {
        if (line == null) {
            String text = FORMAT.format(ZonedDateTime.now(ZoneOffset.UTC));
            line = text.getBytes(StandardCharsets.US_ASCII);
            EventLoop.current().callLater(Duration.ofSeconds(1), () -> line = null);
        }
        return line;
    }
}

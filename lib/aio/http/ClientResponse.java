//SOURCES Headers.java
package aio.http;

import module java.base;

/**
 * A complete response.
 *
 * @param status the status code
 * @param reason the reason phrase, which may be empty; clients should ignore it (RFC 9112, section
 *     4)
 * @param headers the header fields
 * @param body the content
 */
public record ClientResponse(int status, String reason, Headers headers, byte[] body) {
    /** Returns the content decoded from UTF-8; malformed bytes become U+FFFD. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}

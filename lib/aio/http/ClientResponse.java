//SOURCES Headers.java
package aio.http;

import module java.base;

/**
 * A complete response.
 *
 * @param status the status code
 * @param reason the reason phrase, perhaps empty; it means nothing (RFC 9110, section 15)
 * @param headers the header fields
 * @param body the content
 */
public record ClientResponse(int status, String reason, Headers headers, byte[] body) {
    /** Returns the content as UTF-8, with a replacement character for what is not. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}

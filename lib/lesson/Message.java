//DEPS com.google.code.gson:gson:2.15.0
package lesson;

import module java.base;

import com.google.gson.FormattingStyle;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

/**
 * The message that the chapters' clients send.
 *
 * @param send_user who sends it
 * @param send_time when, as {@code yyyy-MM-dd HH:mm:ss} in local time
 * @param send_msg the text
 */
public record Message(String send_user, String send_time, String send_msg) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final Gson GSON =
            new GsonBuilder()
                    .disableHtmlEscaping()
                    .setFormattingStyle(FormattingStyle.COMPACT.withSpaceAfterSeparators(true))
                    .create();

    /** Returns a message from Lyon, sent now. */
    public static Message now(String text) {
        return new Message("Lyon", LocalDateTime.now().format(TIME), text);
    }

    /** Returns the message as one line of JSON. */
    public String toJson() {
        return GSON.toJson(this);
    }
}

//SOURCES ../../aio/web/RequestHandler.java
//FILES lesson/chat/chat.html=chat.html
//FILES lesson/chat/chat.css=chat.css
//FILES lesson/chat/chat.js=chat.js
package lesson.chat;

import module java.base;

import aio.http.HttpException;
import aio.web.RequestHandler;

/**
 * Answers GET with the chat's page, {@code /}, or with its style or script. The browser is told to
 * run no other script (Content Security Policy), so a message that becomes markup by a mistake in
 * the page could still not run one. Make one for each request.
 */
public final class ChatPage extends RequestHandler {
    private static final Map<String, String> TYPES =
            Map.of("chat.html", "text/html", "chat.css", "text/css", "chat.js", "text/javascript");

    @Override
    protected void get() throws IOException, HttpException {
        String name = request().path().equals("/") ? "chat.html" : request().path().substring(1);
        String type = TYPES.get(name);
        if (type == null) throw new HttpException(404, "there is no such page");
        header("Content-Type", type + "; charset=utf-8");
        header(
                "Content-Security-Policy",
                "default-src 'self'; img-src data:; frame-ancestors 'none'");
        header("Cache-Control", "no-cache");
        try (InputStream in = ChatPage.class.getResourceAsStream(name)) {
            write(in.readAllBytes());
        }
    }
}

//SOURCES ../../aio/http/HttpServer.java ../../aio/web/Application.java
//SOURCES ../../aio/web/WebSocketHandler.java ChatPage.java
package lesson.chat;

import module java.base;

import aio.http.HttpServer;
import aio.web.Application;
import aio.web.RequestHandler;
import aio.web.WebSocketHandler;
import aio.websocket.WebSocket;

/**
 * A person's connection to a room, whose name is in the path. It checks names and messages. Make
 * one for each connection.
 */
public abstract class ChatHandler extends WebSocketHandler {
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]{0,19}");
    private static final Pattern SAY =
            Pattern.compile("say(?: (\\w{1,20}))?\t(.*)", Pattern.DOTALL);

    private String name;
    private boolean isIn;

    /** For subclasses. */
    protected ChatHandler() {}

    /** Returns a server of the chat's page and its rooms, with a handler for each connection. */
    public static HttpServer server(Supplier<? extends RequestHandler> rooms) {
        return new HttpServer(
                new Application()
                        .route("/chat/(\\w{1,20})", rooms)
                        .route("/|/chat.css|/chat.js", ChatPage::new));
    }

    /** Lets a person in; returns false if somebody there has this name, or after a close. */
    protected abstract boolean enter(String name) throws Exception;

    /**
     * The person says something.
     *
     * @param number the client's number for it; null if it has none
     */
    protected abstract void say(String number, String text) throws Exception;

    /** The person is typing; by default nothing. */
    protected void typing() {}

    /** The connection of a person who was in has ended. */
    protected abstract void leave();

    /** Returns the name of the room. */
    protected final String room() {
        return pathArgument(1);
    }

    /** Returns the name of the person. */
    protected final String name() {
        return name;
    }

    @Override
    protected WebSocket.Limits limits() {
        return new WebSocket.Limits(16 * 1024, Duration.ofSeconds(30), Duration.ofSeconds(30));
    }

    @Override
    protected void open() throws Exception {
        name = argument("name", "").strip();
        if (!NAME.matcher(name).matches()) {
            close(4000, "a name has up to 20 letters and digits");
        } else {
            isIn = enter(name);
            if (!isIn) close(4001, "somebody here has this name already");
        }
    }

    @Override
    protected void onMessage(String message) throws Exception {
        if (!isIn) return;
        Matcher say = SAY.matcher(message);
        if (message.equals("typing")) typing();
        else if (say.matches()) say(say.group(1), say.group(2));
        else close(4002, "'say', a tab and a text, please");
    }

    @Override
    protected void onClose() {
        if (isIn) leave();
    }
}

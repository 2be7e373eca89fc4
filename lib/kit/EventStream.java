//SOURCES ../aio/web/RequestHandler.java
package kit;

import aio.web.RequestHandler;

/** Answers with server-sent events (the HTML standard's {@code text/event-stream}). */
public abstract class EventStream extends RequestHandler {
    @Override
    protected final void head() {
        header("Content-Type", "text/event-stream");
        header("Cache-Control", "no-store");
    }

    @Override
    protected final void get() throws Exception {
        head();
        events();
    }

    /** Writes and flushes the events; the stream ends when this returns. */
    protected abstract void events() throws Exception;
}

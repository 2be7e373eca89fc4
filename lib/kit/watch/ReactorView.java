//SOURCES LoopView.java
package kit.watch;

import module java.base;

import aio.LoopStep;

/** A reactor: each of its channels is an actor, which stands at the callback that waits for it. */
final class ReactorView extends LoopView {
    private record Registered(Object callback, int operations) {}

    private final Map<SelectableChannel, Registered> registered = new HashMap<>();

    /** The channel that the selector reported last. */
    private SelectableChannel reported;

    ReactorView(Recorder recorder) {
        super(recorder);
    }

    @Override
    boolean isClosed() {
        return false;
    }

    @Override
    void closed(SelectableChannel channel) {
        registered.remove(channel);
        actor(channel).state = Actor.State.DONE;
    }

    @Override
    List<String> ready() {
        return List.of();
    }

    @Override
    String apply(LoopStep step) {
        switch (step) {
            case LoopStep.Waits(var channel, int operations, var callback) ->
                    waits(channel, new Registered(callback, operations));
            case LoopStep.ChannelReady(var channel, int operations, _) -> {
                reported = channel;
                happened(channel, operations);
            }
            case LoopStep.CallbackBegun _ -> {
                isHere();
                return begins(actor(reported));
            }
            case LoopStep.CallbackEnded _ -> ended(actor(reported));
            case LoopStep.SelectBegun(long nanos) -> {
                return selects(nanos);
            }
            case LoopStep.SelectEnded _ -> selected();
            default -> {} // a reactor has no tasks and no timers
        }
        return null;
    }

    private Actor actor(SelectableChannel channel) {
        Actor known = actors.find(channel);
        return known != null ? known : actors.add(channel, Actor.Kind.CALLBACK, this, "");
    }

    private void waits(SelectableChannel channel, Registered wait) {
        registered.put(channel, wait);
        String name = name(channel, wait.callback());
        waits.remove(channel, SelectionKey.OP_READ);
        waits.remove(channel, SelectionKey.OP_WRITE);
        waits.add(channel, wait.operations(), () -> name);
        // The callback that runs goes on to its end; only then the channel waits for another.
        if (!running.contains(actor(channel))) stand(channel);
    }

    private String name(SelectableChannel channel, Object callback) {
        if (channel instanceof ServerSocketChannel) return "accept";
        String client = channel instanceof SocketChannel connection ? names.client(connection) : "";
        return name(callback) + (client.isEmpty() ? "" : " (" + client + ")");
    }

    /** Lets a channel's actor stand where its callback begins, and wait. */
    private void stand(SelectableChannel channel) {
        Registered wait = registered.get(channel);
        Actor actor = actor(channel);
        actor.name = name(channel, wait.callback());
        actor.line = line(wait.callback());
        actor.waits(names.waitsFor(channel, wait.operations()));
    }

    private void ended(Actor actor) {
        ends(actor);
        if (reported.isOpen()) stand(reported);
        else closed(reported);
    }
}

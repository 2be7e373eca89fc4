//SOURCES Coroutines.java Lambdas.java Names.java Queues.java
package kit.watch;

import module java.base;

import aio.Coroutine;

/**
 * The queues of a loop whose code is on the chapter's page: fields and variables that are called
 * {@code ready}, {@code timers} and {@code waiting}, and a selector. Only the chapter's own classes
 * are looked into. The recorder's lock guards it.
 */
final class PageObjects {
    /** The names of the variables and fields that count, apart from selectors and connections. */
    static final Set<String> NAMES = Set.of("ready", "timers", "waiting");

    private static final ClassValue<List<Field>> FIELDS =
            new ClassValue<>() {
                @Override
                protected List<Field> computeValue(Class<?> type) {
                    List<Field> fields = new ArrayList<>();
                    for (Class<?> c = type; isOnPage(c); c = c.getSuperclass()) {
                        for (Field field : c.getDeclaredFields()) {
                            if (Modifier.isStatic(field.getModifiers())) continue;
                            field.setAccessible(true);
                            fields.add(field);
                        }
                    }
                    return fields;
                }
            };

    private final Names names;
    private final Lambdas lambdas;
    private final Coroutines coroutines;
    private final Actors actors;

    /** The callbacks that wait for channels, by the keys to which they are attached. */
    private final Map<SelectionKey, Actor> callbacks = new LinkedHashMap<>();

    // Those that a line used last; null if none has.
    private Collection<?> ready = List.of();
    private Collection<?> timers = List.of();
    private Collection<?> waiting = List.of();
    private Selector selector;

    private Queues last = Queues.NONE;

    PageObjects(Names names, Actors actors, Lambdas lambdas, Coroutines coroutines) {
        this.names = names;
        this.actors = actors;
        this.lambdas = lambdas;
        this.coroutines = coroutines;
    }

    /** The chapter's classes are in the unnamed package, and the library's are not. */
    private static boolean isOnPage(Class<?> type) {
        return type != null && type.getPackageName().isEmpty() && !type.isHidden();
    }

    private static Object value(Field field, Object of) {
        try {
            return field.get(of);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e); // it was made accessible
        }
    }

    /** Returns the value of an object's first field of a class, if it has one that isn't null. */
    static <T> Optional<T> field(Object of, Class<T> type) {
        if (of == null) return Optional.empty();
        return FIELDS.get(of.getClass()).stream()
                .map(field -> value(field, of))
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }

    /** Looks at the fields of the object whose method runs; null does no harm. */
    void seen(Object self) {
        if (self == null) return;
        for (Field field : FIELDS.get(self.getClass())) {
            Object value = value(field, self);
            if (value != null) seen(field.getName(), value);
        }
    }

    /** Looks at a variable. */
    void seen(String name, Object value) {
        if (value instanceof Selector found) selector = found;
        else if (value instanceof ServerSocketChannel listener) names.listens(listener);
        else if (!(value instanceof Collection<?> collection)) return;
        else if (name.equals("ready")) ready = collection;
        else if (name.equals("timers")) timers = collection;
        else if (name.equals("waiting")) waiting = collection;
    }

    /** Reads the queues again. Call it on a thread that may use them. */
    void refresh() {
        try {
            last = read();
        } catch (ConcurrentModificationException | NoSuchElementException e) {
            // Another thread uses them, too: what was read before is all there is.
        } catch (ClosedSelectorException e) {
            selector = null;
        }
    }

    /** Returns what the queues held when they were read last. */
    Queues queues() {
        return last;
    }

    private Queues read() {
        List<String> input = new ArrayList<>();
        List<String> output = new ArrayList<>();
        Set<SelectionKey> keys = new LinkedHashSet<>();
        if (selector != null) keys.addAll(selector.keys());
        keys.removeIf(key -> !key.isValid() || key.interestOps() == 0);
        for (SelectionKey key : keys) {
            boolean writes = key.interestOps() == SelectionKey.OP_WRITE;
            (writes ? output : input).add(waiter(key));
        }
        callbacks.forEach((key, actor) -> {
            if (!keys.contains(key)) actor.state = Actor.State.DONE;
        });
        callbacks.keySet().retainAll(keys);
        return new Queues(
                Queues.first(ready, this::name),
                "",
                Queues.last(sorted(input), name -> name), // a selector has no order
                Queues.last(sorted(output), name -> name),
                timers.stream().map(this::timer).sorted(Comparator.comparing(t -> t.ms())).toList(),
                Queues.first(waiting, this::name),
                "");
    }

    private static List<String> sorted(List<String> names) {
        return names.stream().sorted().toList();
    }

    /** Returns who waits for a channel, and makes an actor of a callback that is no coroutine's. */
    private String waiter(SelectionKey key) {
        Object callback = key.attachment();
        if (callback == null) return names.waitsFor(key.channel(), key.interestOps());
        String name = name(callback);
        String client = client(key);
        if (!name.contains(client)) name += " (" + client + ")";
        var lambda = lambdas.find(callback);
        if (lambda.isPresent()
                && coroutine(lambda.get()).isEmpty()
                && !callbacks.containsKey(key)) {
            Actor actor = actors.add(key, Actor.Kind.CALLBACK, null, name);
            callbacks.put(key, actor);
            stand(key, actor);
        }
        return client.isEmpty()
                ? name + ": " + names.waitsFor(key.channel(), key.interestOps())
                : name;
    }

    private String client(SelectionKey key) {
        return key.channel() instanceof SocketChannel connection ? names.client(connection) : "";
    }

    private void stand(SelectionKey key, Actor actor) {
        lambdas.find(key.attachment()).ifPresent(lambda -> actor.line = lambda.line());
        actor.waits(names.waitsFor(key.channel(), key.interestOps()));
    }

    /** Returns the callback whose body is in this method; empty if no channel waits for it. */
    Optional<Actor> callback(String method, String client) {
        Optional<Actor> found = Optional.empty();
        for (var entry : callbacks.entrySet()) {
            if (!entry.getKey().isValid()) continue; // its last line may have closed the channel
            Actor actor = entry.getValue();
            boolean isBody =
                    lambdas.find(entry.getKey().attachment())
                            .filter(lambda -> lambda.method().equals(method))
                            .isPresent();
            String own = client(entry.getKey());
            if (isBody && (own.isEmpty() || own.equals(client))) found = Optional.of(actor);
            else if (actor.state == Actor.State.RUNS) stand(entry.getKey(), actor);
        }
        return found;
    }

    private Optional<String> coroutine(Lambdas.Lambda lambda) {
        return field(lambda.self().get(), Coroutine.class).flatMap(coroutines::name);
    }

    private Queues.Timer timer(Object timer) {
        long when = field(timer, Long.class).orElse(0L);
        return Queues.Timer.in(Duration.ofNanos(when - System.nanoTime()), name(timer));
    }

    /** Returns a name for a callback, or for what has one in a field. */
    String name(Object callback) {
        var lambda = lambdas.find(callback);
        if (lambda.isPresent()) return coroutine(lambda.get()).orElse(lambda.get().name());
        if (isOnPage(callback.getClass())) {
            for (Field field : FIELDS.get(callback.getClass())) {
                Object value = value(field, callback);
                if (lambdas.find(value).isPresent()) return name(value);
            }
        }
        return callback.getClass().getSimpleName();
    }
}

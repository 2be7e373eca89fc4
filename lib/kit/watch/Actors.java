//SOURCES Actor.java
package kit.watch;

import module java.base;

/** The actors of the watched program. The recorder's lock guards it. */
final class Actors {
    /** The most that a step shows: those that did something last. */
    static final int MOST = 50;

    /** In the order in which they were last touched. */
    private final SequencedMap<Object, Actor> known = new LinkedHashMap<>(16, 0.75f, true);

    private int made;

    /** Returns the actor that stands for an object, or null. */
    Actor find(Object key) {
        return known.get(key);
    }

    /** Makes an actor that stands for an object. */
    Actor add(Object key, Actor.Kind kind, LoopView home, String name) {
        var actor = new Actor(++made, kind, home, name);
        known.put(key, actor);
        return actor;
    }

    /** Forgets an object that is no actor any more, without a last step in which it is done. */
    void forget(Object key) {
        known.remove(key);
    }

    void forgetDone() {
        known.values().removeIf(actor -> actor.state == Actor.State.DONE);
    }

    /** Returns the actors that stand for objects of a class. */
    <K> Map<K, Actor> all(Class<K> type) {
        Map<K, Actor> found = new LinkedHashMap<>();
        known.forEach((key, actor) -> {
            if (type.isInstance(key)) found.put(type.cast(key), actor);
        });
        return found;
    }

    /** Returns what a step shows, in the order in which they were made. */
    List<Actor.Shown> shown(Predicate<Actor> isShown) {
        List<Actor> all = known.sequencedValues().stream().filter(isShown).toList();
        List<Actor.Shown> shown =
                new ArrayList<>(
                        all.subList(Math.max(0, all.size() - MOST), all.size()).stream()
                                .sorted(Comparator.comparing(actor -> actor.id))
                                .map(Actor::shown)
                                .toList());
        int more = all.size() - shown.size();
        if (more > 0)
            shown.add(new Actor.Shown(0, more + " more", "task", "waits", null, "", "", null));
        return shown;
    }
}

//SOURCES Probe.java ../../aio/Coroutine.java
package kit.watch;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_Throwable;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import module java.base;

import aio.Coroutine;

/** Puts the calls into the code of one method. */
final class LineCalls implements CodeTransform {
    private static final ClassDesc PROBE = describe(Probe.class);
    private static final ClassDesc COROUTINE = describe(Coroutine.class);
    private static final ClassDesc METAFACTORY = describe(LambdaMetafactory.class);

    /** The methods of a coroutine that resume it, each with what the probe's method takes. */
    private static final Map<String, MethodTypeDesc> RESUMING =
            Map.of(
                    "send", MethodTypeDesc.of(CD_Object, COROUTINE, CD_Object),
                    "raise", MethodTypeDesc.of(CD_Object, COROUTINE, CD_Throwable));

    /** The types of variables that say on whose behalf a line runs, or who waits for what. */
    private static final Set<ClassDesc> TYPES =
            Set.of(
                    describe(SocketChannel.class),
                    describe(ServerSocketChannel.class),
                    describe(Socket.class),
                    describe(Selector.class));

    private final ClassModel type;
    private final String method;
    private final boolean isStatic;
    private final Map<String, Integer> firstLines;
    private final Set<Integer> skipped;
    private final Deque<String> lambdaNames;
    private final List<LocalVariable> variables = new ArrayList<>();
    private final List<LocalVariable> inScope = new ArrayList<>();

    /** False in a constructor until it has called another one, because {@code this} isn't made. */
    private boolean begun;

    /** How many objects are being made, whose constructor is not called yet. */
    private int unfinished;

    /**
     * @param firstLines the first lines of the class's methods by their names
     * @param skipped lines at which nothing is called
     */
    LineCalls(
            ClassModel type,
            MethodModel method,
            Map<String, Integer> firstLines,
            Set<Integer> skipped) {
        this.type = type;
        this.method = method.methodName().stringValue();
        this.firstLines = firstLines;
        this.skipped = skipped;
        isStatic = method.flags().has(AccessFlag.STATIC);
        begun = !method.methodName().equalsString(INIT_NAME);
        lambdaNames = lambdaNames(method.code().orElseThrow().elementList());
    }

    private static ClassDesc describe(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }

    @Override
    public void accept(CodeBuilder code, CodeElement element) {
        switch (element) {
            case LocalVariable variable -> variables.add(variable);
            case LabelTarget target -> changeScope(target.label());
            default -> {}
        }
        switch (element) {
            case InvokeInstruction call when resumes(call) ->
                    code.invokestatic(
                            PROBE,
                            call.name().stringValue(),
                            RESUMING.get(call.name().stringValue()));
            default -> code.with(element);
        }
        switch (element) {
            case LineNumber line when begun && !skipped.contains(line.line()) ->
                    callLine(code, line.line());
            case NewObjectInstruction _ -> unfinished++;
            case InvokeInstruction call when call.name().equalsString(INIT_NAME) ->
                    callMade(code, call);
            case InvokeDynamicInstruction call
                    when call.bootstrapMethod().owner().equals(METAFACTORY) ->
                    callNamed(code, call);
            default -> {}
        }
    }

    private void changeScope(Label label) {
        inScope.removeIf(variable -> variable.endScope().equals(label));
        for (LocalVariable variable : variables)
            if (variable.startScope().equals(label)) inScope.add(variable);
    }

    private void callLine(CodeBuilder code, int line) {
        for (LocalVariable variable : inScope) {
            if (!isInteresting(variable)) continue;
            code.aload(variable.slot()).ldc(variable.name().stringValue());
            code.invokestatic(PROBE, "variable", MethodTypeDesc.of(CD_void, CD_Object, CD_String));
        }
        code.loadConstant(line).ldc(method);
        loadThis(code, !isStatic);
        code.invokestatic(PROBE, "line", MethodTypeDesc.of(CD_void, CD_int, CD_String, CD_Object));
    }

    private static boolean isInteresting(LocalVariable variable) {
        ClassDesc type = variable.typeSymbol();
        return TYPES.contains(type)
                || !type.isPrimitive() && PageObjects.NAMES.contains(variable.name().stringValue());
    }

    private static void loadThis(CodeBuilder code, boolean there) {
        if (there) code.aload(0);
        else code.aconst_null();
    }

    private static boolean resumes(InvokeInstruction call) {
        return call.owner().asSymbol().equals(COROUTINE)
                && RESUMING.containsKey(call.name().stringValue());
    }

    private void callMade(CodeBuilder code, InvokeInstruction constructor) {
        if (unfinished-- == 0) {
            begun = true;
            unfinished = 0;
        }
        if (!constructor.owner().asSymbol().equals(COROUTINE)) return;
        code.dup().invokestatic(PROBE, "made", MethodTypeDesc.of(CD_void, COROUTINE));
    }

    /** Tells the probe the name and the first line of a lambda that was just made. */
    private void callNamed(CodeBuilder code, InvokeDynamicInstruction call) {
        var body = (DirectMethodHandleDesc) call.bootstrapArgs().get(1);
        code.dup().ldc(lambdaNames.remove()).ldc(body.methodName()).loadConstant(line(body));
        boolean own = body.owner().equals(type.thisClass().asSymbol());
        boolean hasThis = own && body.kind() != DirectMethodHandleDesc.Kind.STATIC && !isStatic;
        loadThis(code, hasThis && body.methodName().startsWith("lambda$"));
        code.invokestatic(
                PROBE,
                "named",
                MethodTypeDesc.of(CD_void, CD_Object, CD_String, CD_String, CD_int, CD_Object));
    }

    /** Returns the first line of a lambda's body; 0 if that isn't in this class. */
    private int line(DirectMethodHandleDesc body) {
        boolean own = body.owner().equals(type.thisClass().asSymbol());
        return own ? firstLines.getOrDefault(body.methodName(), 0) : 0;
    }

    /**
     * Returns the names of a method's lambdas, in their order: of the variable that one is assigned
     * to, or of the method in which it stands or to which it refers, with its line.
     */
    private Deque<String> lambdaNames(List<CodeElement> elements) {
        Deque<String> names = new ArrayDeque<>();
        for (int i = 0; i < elements.size(); i++) {
            if (!(elements.get(i) instanceof InvokeDynamicInstruction call)) continue;
            if (!call.bootstrapMethod().owner().equals(METAFACTORY)) continue;
            var body = (DirectMethodHandleDesc) call.bootstrapArgs().get(1);
            String method = body.methodName().replaceFirst("^lambda\\$(\\w+)\\$\\d+$", "$1");
            String place = line(body) == 0 ? method : method + ":" + line(body);
            names.add(variable(elements, i + 1).orElse(place));
        }
        return names;
    }

    /** Returns the variable that the instruction at this place initializes, if it does. */
    private static Optional<String> variable(List<CodeElement> elements, int at) {
        if (at + 1 >= elements.size() || !(elements.get(at) instanceof StoreInstruction store))
            return Optional.empty();
        if (!(elements.get(at + 1) instanceof LabelTarget target)) return Optional.empty();
        return elements.stream()
                .filter(LocalVariable.class::isInstance)
                .map(LocalVariable.class::cast)
                .filter(variable -> variable.slot() == store.slot())
                .filter(variable -> variable.startScope().equals(target.label()))
                .map(variable -> variable.name().stringValue())
                .findFirst();
    }
}

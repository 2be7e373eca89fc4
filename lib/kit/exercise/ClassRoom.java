//SOURCES Checker.java Course.java
package kit.exercise;

import module java.base;

import exercise.Verdict;

/**
 * Checks the files of many students: each student has a folder with files, or with a folder {@code
 * exercises} that has them.
 *
 * @param folder the folder of the students' folders
 */
record ClassRoom(Path folder) {
    private static final int MOST_BYTES = 1_000_000;

    /**
     * One file, checked.
     *
     * @param student the name of the student's folder
     * @param exercise the name of the exercise
     * @param verdict the result
     */
    private record Row(String student, String exercise, Verdict verdict) {
        String csv() {
            String result = verdict.passed() ? "right" : "wrong";
            return Stream.of(student, exercise, result, verdict.message())
                    .map(field -> '"' + field.replace("\"", "\"\"").replace('\n', ' ') + '"')
                    .collect(Collectors.joining(","));
        }
    }

    /**
     * Checks all files, several at a time, and writes {@code results.csv} into the folder.
     *
     * @return the table, with the lines' ends
     */
    String check(Checker checker) throws IOException, InterruptedException {
        List<Callable<Row>> jobs = new ArrayList<>();
        List<Path> students = folders();
        for (Path student : students) {
            for (String name : Course.names())
                file(student, name).ifPresent(file -> jobs.add(() -> row(checker, student, file)));
        }
        List<Row> rows = new ArrayList<>();
        try (var pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (Future<Row> row : pool.invokeAll(jobs)) rows.add(row.get());
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e);
        }
        Path csv = folder.resolve("results.csv");
        Files.write(
                csv,
                Stream.concat(
                                Stream.of("student,exercise,result,message"),
                                rows.stream().map(Row::csv))
                        .toList());
        return table(students, rows) + "\nwritten: " + csv + "\n";
    }

    private List<Path> folders() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static Optional<Path> file(Path student, String name) {
        return Stream.of(student, student.resolve("exercises"))
                .map(place -> place.resolve(name + ".java"))
                .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                .findFirst();
    }

    private static Row row(Checker checker, Path student, Path file) throws IOException {
        String name = file.getFileName().toString().replaceAll("\\.java$", "");
        Verdict verdict;
        try {
            if (Files.size(file) > MOST_BYTES) verdict = Verdict.failed("The file is too large.");
            else verdict = checker.check(Course.EXERCISES.find(name), Files.readString(file));
        } catch (CharacterCodingException e) {
            verdict = Verdict.failed("The file is not in UTF-8.");
        }
        return new Row(student.getFileName().toString(), name, verdict);
    }

    private static String table(List<Path> students, List<Row> rows) throws IOException {
        int all = Course.names().size();
        var table =
                new StringBuilder(
                        "%-24s %5s %5s %7s  %s%n"
                                .formatted("student", "right", "wrong", "missing", "wrong ones"));
        for (Path folder : students) {
            String student = folder.getFileName().toString();
            List<Row> own = rows.stream().filter(row -> row.student().equals(student)).toList();
            List<String> wrong =
                    own.stream().filter(row -> !row.verdict().passed()).map(Row::exercise).toList();
            table.append(
                    "%-24s %5d %5d %7d  %s%n"
                            .formatted(
                                    student,
                                    own.size() - wrong.size(),
                                    wrong.size(),
                                    all - own.size(),
                                    String.join(" ", wrong)));
        }
        return table.toString();
    }
}

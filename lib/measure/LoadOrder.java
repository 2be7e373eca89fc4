package measure;

import module java.base;

/**
 * A load to be made.
 *
 * @param port the server's port on this machine
 * @param keepsAlive whether each client keeps its connection (for HTTP; all answers must be as long
 *     as the first), or opens one for each request, which the server ends
 * @param request the text that a client sends
 * @param clients how many clients at once
 * @param seconds how long the load lasts
 * @param rate requests a second, of all clients together; 0 for as many as possible
 */
public record LoadOrder(
        int port, boolean keepsAlive, String request, int clients, double seconds, double rate) {

    String line() {
        String encoded =
                Base64.getEncoder().encodeToString(request.getBytes(StandardCharsets.UTF_8));
        return String.format(
                Locale.ROOT,
                "%d %b %s %d %f %f",
                port,
                keepsAlive,
                encoded,
                clients,
                seconds,
                rate);
    }

    static LoadOrder parse(String line) {
        String[] words = line.split(" ");
        return new LoadOrder(
                Integer.parseInt(words[0]),
                Boolean.parseBoolean(words[1]),
                new String(Base64.getDecoder().decode(words[2]), StandardCharsets.UTF_8),
                Integer.parseInt(words[3]),
                Double.parseDouble(words[4]),
                Double.parseDouble(words[5]));
    }
}

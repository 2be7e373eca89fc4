//JAVA 25+
// The bill of materials keeps out the older Netty of other programs that are compiled with this.
//DEPS io.netty:netty-bom:4.2.18.Final@pom
//DEPS io.netty:netty-codec-http:4.2.18.Final
//DEPS io.netty:netty-transport-native-epoll:4.2.18.Final
//DEPS io.netty:netty-transport-native-epoll:4.2.18.Final:linux-x86_64
//DEPS io.netty:netty-transport-native-io_uring:4.2.18.Final
//DEPS io.netty:netty-transport-native-io_uring:4.2.18.Final:linux-x86_64
//JAVA_OPTIONS --enable-native-access=ALL-UNNAMED
package measure.peers;

import module java.base;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/**
 * Answers {@code GET /index} with Netty's HTTP codec on one loop, with native epoll on Linux, or
 * with io_uring.
 */
public final class NettyPeer {
    private static final byte[] OK = "ok".getBytes(StandardCharsets.UTF_8);

    private NettyPeer() {}

    /** What waits for the loop's channels, and the class of the channel that listens. */
    private record Transport(IoHandlerFactory waits, Class<? extends ServerChannel> listens) {
        static Transport of(boolean ring) {
            if (ring)
                return new Transport(
                        IoUringIoHandler.newFactory(), IoUringServerSocketChannel.class);
            if (Epoll.isAvailable())
                return new Transport(EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
            return new Transport(NioIoHandler.newFactory(), NioServerSocketChannel.class);
        }
    }

    /**
     * Serves until the process is ended.
     *
     * @param args {@code io_uring} for that transport; then {@code --probe} only says by the exit
     *     code whether the system allows it
     */
    public static void main(String... args) throws Exception {
        List<String> words = List.of(args);
        if (words.contains("--probe")) System.exit(IoUring.isAvailable() ? 0 : 1);
        var transport = Transport.of(words.contains("io_uring"));
        var loop = new MultiThreadIoEventLoopGroup(1, transport.waits());
        var server =
                new ServerBootstrap()
                        .group(loop)
                        .channel(transport.listens())
                        .option(ChannelOption.SO_BACKLOG, 4096)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        channel.pipeline()
                                                .addLast(new HttpServerCodec(), new Handler());
                                    }
                                });
        var channel = server.bind("localhost", 0).sync().channel();
        int port = ((InetSocketAddress) channel.localAddress()).getPort();
        IO.println("server started on localhost:" + port);
        channel.closeFuture().sync();
    }

    private static final class Handler extends SimpleChannelInboundHandler<HttpObject> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
            if (!(part instanceof HttpRequest request)) return;
            var status =
                    request.uri().equals("/index")
                            ? HttpResponseStatus.OK
                            : HttpResponseStatus.NOT_FOUND;
            var response =
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(OK));
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .setInt(HttpHeaderNames.CONTENT_LENGTH, OK.length);
            var written = context.write(response);
            if (!HttpUtil.isKeepAlive(request)) written.addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}

"""Answers GET /index with Tornado, in one process."""

import asyncio

import tornado.httpserver
import tornado.netutil
import tornado.web


class Index(tornado.web.RequestHandler):
    def get(self):
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.write("ok")


async def main():
    (sock,) = tornado.netutil.bind_sockets(0, "127.0.0.1", backlog=4096)
    server = tornado.httpserver.HTTPServer(
        tornado.web.Application([(r"/index", Index)], log_function=lambda handler: None)
    )
    server.add_socket(sock)
    print(f"server started on localhost:{sock.getsockname()[1]}", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())

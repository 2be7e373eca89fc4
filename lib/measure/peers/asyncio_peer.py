"""Answers GET /index with asyncio, Python's event loop, and as little HTTP as it can."""

import asyncio


def answer(status):
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\n"
    return (head + "Content-Length: 2\r\n\r\nok").encode()


OK = answer("200 OK")
NOT_FOUND = answer("404 Not Found")


async def serve(reader, writer):
    try:
        last = False
        while not last:
            request, *headers = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
            last = b"connection: close" in (header.lower() for header in headers)
            writer.write(OK if request.split(b" ")[1] == b"/index" else NOT_FOUND)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=4096)
    port = server.sockets[0].getsockname()[1]
    print(f"server started on localhost:{port}", flush=True)
    await server.serve_forever()


asyncio.run(main())

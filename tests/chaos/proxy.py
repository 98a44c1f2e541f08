"""A TCP proxy whose connections can be cut, stalled, slowed and made deaf.

What toxiproxy does, as far as it is needed, and one thing it cannot: a connection of which the
client's end is gone while the server goes on answering it.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from typing import Any

CHUNK = 64 * 1024
SECONDS = 60.0
Flow = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Proxies:
    """Proxies that share one thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._opened: list[Proxy] = []
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def open(self, target: int) -> "Proxy":
        """Return a proxy of a port of this machine."""
        proxy = Proxy(target, self._loop)
        self.run(proxy.listen())
        self._opened.append(proxy)
        return proxy

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(SECONDS)

    def close(self) -> None:
        async def end() -> None:
            for proxy in self._opened:
                proxy.close()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        self.run(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS)
        self._loop.close()


class Proxy:
    """One listening port. Its faults are called from any thread and act at once."""

    def __init__(self, target: int, loop: asyncio.AbstractEventLoop) -> None:
        self.port = 0
        self._target = target
        self._loop = loop
        self._pairs: dict[asyncio.StreamWriter, asyncio.StreamWriter] = {}
        """By the server's end, the client's end of each connection."""
        self._half_open: set[asyncio.StreamWriter] = set()
        """The servers' ends of connections of which the client's was reset here."""
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._refusing = False
        self._deaf = False
        self._delay = 0.0

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        self._server.close()

    # Faults.

    def cut(self) -> None:
        """Reset every connection; new ones are served."""
        self._soon(lambda: _reset([*self._pairs.keys(), *self._pairs.values()]))

    def refuse(self) -> None:
        """Reset every connection, and new ones at once."""
        self._refusing = True
        self.cut()

    def leave_half_open(self) -> None:
        """Reset the clients' ends; the server sees nothing of it and answers into the void."""
        self._soon(self._leave_half_open)

    def stall(self) -> None:
        """Let nothing through, in neither direction, with all connections open."""
        self._soon(self._flowing.clear)

    def slow(self, seconds: float) -> None:
        """Hold everything up for so long."""
        self._delay = seconds

    def deafen(self) -> None:
        """Let requests through and swallow the replies."""
        self._deaf = True

    def heal(self) -> None:
        """Serve as if nothing had been; what was swallowed ends its connection."""
        self._refusing, self._delay = False, 0.0
        self._soon(self._hear)
        self._soon(self._flowing.set)
        self._soon(lambda: _reset([*self._half_open]))

    def _leave_half_open(self) -> None:
        self._half_open.update(self._pairs)
        _reset([*self._pairs.values()])

    def _hear(self) -> None:
        """Hear again and reset what was not heard, with no reply between the two."""
        if self._deaf:
            self._deaf = False
            _reset([*self._pairs.keys(), *self._pairs.values()])

    def _soon(self, do: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(do)

    # Forwarding.

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if not self._refusing:
                await self._forward((reader, writer))
        except (OSError, asyncio.CancelledError):
            pass  # the server does not listen, or the proxy ends: the client is reset as well
        finally:
            writer.transport.abort()

    async def _forward(self, client: Flow) -> None:
        server = await asyncio.open_connection("127.0.0.1", self._target)
        self._pairs[server[1]] = client[1]
        requests = asyncio.create_task(self._requests(client, server[1]))
        try:
            # Until the server ends: of a connection left half open the client's end is gone.
            await self._replies(server[0], client[1])
        finally:
            requests.cancel()
            del self._pairs[server[1]]
            self._half_open.discard(server[1])
            server[1].transport.abort()

    async def _requests(self, client: Flow, server: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await client[0].read(CHUNK):
                await self._through(data, server)
        if server in self._half_open:
            return
        # Closed, or reset: so does the kernel for a process that dies with replies unread.
        if client[1].is_closing():
            server.transport.abort()
        else:
            server.write_eof()

    async def _replies(self, server: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await server.read(CHUNK):
                if not self._deaf:
                    await self._through(data, client)

    async def _through(self, data: bytes, sink: asyncio.StreamWriter) -> None:
        await self._flowing.wait()
        if self._delay:
            await asyncio.sleep(self._delay)
        sink.write(data)
        await sink.drain()


def _reset(writers: list[asyncio.StreamWriter]) -> None:
    for writer in writers:
        writer.transport.abort()

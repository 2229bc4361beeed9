"""A stand-in for the platform that costs next to nothing: it reads a request, waits, and says ok."""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class FarSide:
    """Answers every POST after the same time, over connections that stay open."""

    def __init__(self, delay: float) -> None:
        self._delay, self._numbers = delay, itertools.count(1)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lines = head.lower().split(b"\r\n")
                length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
                await reader.readexactly(length)
                writer.write(await self._answer(b"stable_token" in lines[0]))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, token: bool) -> bytes:
        if not token:
            await asyncio.sleep(self._delay)
        said = {"access_token": "t", "expires_in": 7200} if token else {"errcode": 0, "msgid": next(self._numbers)}
        body = json.dumps(said).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body


async def serve(delay: float) -> None:
    """Serves on a free port, which is printed, until the process is ended."""
    server = await asyncio.start_server(FarSide(delay).talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # the parent reads it
    await server.serve_forever()


@contextmanager
def running(delay: float) -> Iterator[str]:
    """The far side in a process of its own for as long as the block lasts; its address."""
    command = [sys.executable, "-m", "bot.cli.bench.far_side", str(delay)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))

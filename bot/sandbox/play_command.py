"""A command that a play runs in its world: ours in this process, which is quicker, any other in one of its own."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping

#: These go on until they are ended, or take a process for their own.
LASTING = frozenset(("run", "web", "worker", "beat", "sandbox", "play", "bench"))
PATIENCE = 120  #: seconds


def run_command(words: list[str], environment: Mapping[str, str]) -> tuple[int, str]:
    """The exit status, and what was printed on both streams."""
    if words[:1] == ["jiafang"] and not LASTING & set(words[1:2]):
        return _here(words[1:], environment)
    if words[:1] == ["jiafang"]:
        words = [sys.executable, "-m", "bot", *words[1:]]
    done = subprocess.run(
        words, env=dict(environment), capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL
    )
    return done.returncode, done.stdout + done.stderr


def _here(words: list[str], environment: Mapping[str, str]) -> tuple[int, str]:
    from bot.cli import main

    said = io.StringIO()
    with _as_a_process(environment), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main(words)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        except Exception:  # noqa: BLE001 - what a process would print
            traceback.print_exc()
            status = 1
        else:
            status = 0
    return status, said.getvalue()


@contextlib.contextmanager
def _as_a_process(environment: Mapping[str, str]) -> Iterator[None]:
    before, stdin = dict(os.environ), sys.stdin
    _become(environment)
    sys.stdin = io.StringIO()
    try:
        yield
    finally:
        sys.stdin = stdin
        _become(before)


def _become(environment: Mapping[str, str]) -> None:
    for name in [n for n in os.environ if n not in environment]:
        del os.environ[name]
    os.environ.update(environment)

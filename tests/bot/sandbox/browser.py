"""A real browser on the real sandbox: the whole system runs beside it, on a database of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from typing import Any

LAPTOP, PHONE = (1440, 900), (390, 844)
#: Small enough for a page of the documentation: a laptop's picture, and one phone under the bar.
PRINTED, PORTRAIT = {"width": 1200, "height": 720}, {"width": 390, "height": 960}
#: Before the whole page is photographed: the first phones, each at the end of its chat.
FROM_THE_LEFT = """() => {
  document.getElementById("phones").scrollLeft = 0;
  document.querySelectorAll(".chat").forEach((chat) => { chat.scrollTop = chat.scrollHeight; });
}"""
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ROOT = Path(__file__).parents[3]
#: Real seconds until the system answers, and until somebody in a chat has answered.
STARTS, ANSWERS = 60.0, 20.0


def program() -> str:
    """The browser of this machine, or nothing."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), "")


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """`jiafang run` with an empty data folder; ends with everything that it started."""
    own = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    env = {k: v for k, v in os.environ.items() if not k.startswith("JIAFANG_")} | own
    port = _free()
    command = [sys.executable, "-m", "bot", "--data", str(folder / "data"), "run", "--port", str(port)]
    with (folder / "run.log").open("wb") as log:
        one = subprocess.Popen(command, env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}/"
        _wait(url, one)
        yield url
    finally:
        one.terminate()
        one.wait(30)


def _free() -> int:
    """A port that is free, and so is the next, where the web process opens its door."""
    while True:
        with socket() as one, socket() as other:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                other.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def _wait(url: str, one: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + STARTS
    while one.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the system does not start")


@dataclass
class Visitor:
    """Somebody who looks at the page, as tests speak of her."""

    view: Any
    shoot: Callable[[Any, str], None]
    complaints: list[str] = field(default_factory=list)

    def phone(self, name: str) -> Any:
        return self.view.get_by_role("article", name=f"{name}的手机", exact=True)

    def type(self, name: str, words: str) -> None:
        """Type the words, send them, and wait for what is answered."""
        answers = self.phone(name).locator(".row:not(.me)")
        before = answers.count()
        self.phone(name).locator(".typed").fill(words)
        self.phone(name).locator(".typed").press("Enter")
        answers.nth(before).wait_for()

    def tap(self, name: str, label: str) -> None:
        """Tap the newest choice of that text, and wait for what is answered."""
        answers = self.phone(name).locator(".row:not(.me)")
        before = answers.count()
        self.phone(name).locator(".tap", has_text=label).last.click()
        answers.nth(before).wait_for()

    def last(self, name: str) -> str:
        return str(self.phone(name).locator(".chat > *").last.text_content())

    def hears(self, name: str, words: str) -> None:
        """Wait until the words stand in that chat."""
        self.phone(name).locator(".chat").get_by_text(words).last.wait_for()

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until it holds; the page's own rules let no waiting script in."""
        end = time.monotonic() + ANSWERS
        while not holds():
            assert time.monotonic() < end, "it does not come to pass"
            self.view.wait_for_timeout(50)

    def press(self, label: str) -> None:
        self.view.get_by_role("button", name=label).click()

    def photograph(self, picture: str, name: str = "") -> None:
        """The whole page, or one person's phone."""
        self.view.wait_for_timeout(1800)  # for what comes a moment later, and lights up a phone
        usual = self.view.viewport_size
        self.view.evaluate("document.activeElement.blur()")
        self.view.mouse.move(0, 0)
        self.view.set_viewport_size(PORTRAIT if name else usual if usual["width"] < PRINTED["width"] else PRINTED)
        if name:
            self.phone(name).scroll_into_view_if_needed()
        else:
            self.view.evaluate(FROM_THE_LEFT)
        self.view.wait_for_timeout(300)
        self.shoot(self.phone(name).locator(".screen") if name else self.view, picture)
        self.view.set_viewport_size(usual)

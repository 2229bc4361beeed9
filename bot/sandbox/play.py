"""Runs plays: scripted conversations against the whole system, with what was expected beside what was heard."""

from __future__ import annotations

import contextlib
import re
import shlex
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click
import sqlalchemy as sa

from bot.sandbox.cast import find_person
from bot.sandbox.phones import Message
from bot.sandbox.play_command import run_command
from bot.sandbox.play_script import BadPlay, Step, moment, read_script
from bot.sandbox.play_stage import Stage
from models import code
from models.base import reading, writing
from models.consent import Consent
from models.identity import Binding, Identity

ACTION = re.compile(r"\[(\w+)(?:\s+(.*))?\]$", re.DOTALL)
WECHAT = re.compile(r"(\S+) x(\d+)(?: (custom|template|subscribe))?(?: to (\S+))?$")
SHOWN = 300  #: characters of a heard message in a failure's report


class Failed(Exception):
    """An expectation was not met; the message says what was heard instead."""


def main(files: list[Path]) -> int:
    """Runs each file; prints the transcript and `N passed, N failed`; 1 if anything failed."""
    passed = failed = 0
    for file in files:
        click.echo(f"── {file}")
        good, bad = run_play(file, click.echo)
        passed, failed = passed + good, failed + bad
    click.echo(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def run_play(file: Path, echo: Callable[[str], object]) -> tuple[int, int]:
    """Runs one play; returns how many expectations held and how many did not."""
    try:
        steps = read_script(file)
    except (BadPlay, OSError, UnicodeDecodeError) as wrong:
        echo(f"✗ {wrong}")
        return 0, 1
    schools = [s.what for s in steps if s.verb == "school"]
    if schools and schools[0] != "demo" and not (file.parent / schools[0]).is_file():
        echo(f"✗ {file}: no school file {schools[0]}")
        return 0, 1
    named = schools and schools[0] != "demo"
    with contextlib.closing(Stage(file.parent / schools[0] if named else None)) as stage:
        return Play(stage, echo).run([s for s in steps if s.verb != "school"])


class Play:
    """One performance."""

    def __init__(self, stage: Stage, echo: Callable[[str], object]) -> None:
        self.stage, self.echo = stage, echo
        self.read: dict[str, int] = {}  #: the last message read, per phone
        self.passed = self.failed = 0

    def run(self, steps: list[Step]) -> tuple[int, int]:
        """Plays to the end, whatever fails; only an impossible stage ends it early."""
        for step in steps:
            try:
                remark = getattr(self, f"_{step.verb}")(step)
            except Failed as no:
                self.failed += 1
                self.echo(f"✗ {step.number:3}  {step.line}\n{no}")
            except (LookupError, ValueError, RuntimeError, re.error) as wrong:
                self.failed += 1
                self.echo(f"✗ {step.number:3}  {step.line}\n         {wrong}")
            else:
                expects = step.verb in ("hears", "hears_not", "runs", "fails")
                self.passed += expects
                self.echo(f"{'✓' if expects else ' '} {step.number:3}  {step.line}{remark or ''}")
        return self.passed, self.failed

    def _clock(self, step: Step) -> str:
        begun = self.stage.begun
        now = self.stage.now() if begun else None
        self.stage.turn(moment(step.what, now, self.stage.school.zone))
        return f"   ({self.stage.now().astimezone(self.stage.school.zone):%a %m-%d %H:%M})"

    # Speaking

    def _says(self, step: Step) -> None:
        openid = self.stage.openid(step.who)
        text = re.sub(r"\{code (\S+?)\}", lambda found: self._code(found[1]), step.what)
        action = ACTION.match(text)
        verbs = self._actions(openid)
        if action and action[1] in verbs:
            verbs[action[1]](action[2] or "")
        else:
            self.stage.platform.type(openid, text.replace("\\n", "\n"))
        self.stage.settle()

    def _actions(self, openid: str) -> dict[str, Callable[[str], object]]:
        platform = self.stage.platform

        def located(what: str) -> None:
            latitude, longitude = (float(part) for part in what.split(","))
            platform.location(openid, latitude, longitude)

        def permitted(what: str) -> None:
            kind, answer = what.split()
            platform.subscribe(openid, kind, answer == "accept")

        return {
            "tap": lambda what: platform.tap(openid, what),
            "voice": lambda what: platform.voice(openid, what),
            "image": lambda what: platform.image(openid),
            "sticker": lambda what: platform.sticker(openid, what),
            "location": located,
            "follow": lambda what: platform.follow(openid, what or None),
            "unfollow": lambda what: platform.unfollow(openid),
            "scan": lambda what: platform.scan(openid, what),
            "menu": lambda what: platform.menu(openid, what),
            "subscribe": permitted,
        }

    def _code(self, name: str) -> str:
        with writing(self.stage.world.sessions) as session:
            return code.issue(session, find_person(session, self.stage.school, name), self.stage.now())

    # Hearing

    def _unread(self, who: str) -> tuple[str, list[Message]]:
        openid = self.stage.openid(who)
        last = self.read.get(openid, 0)
        return openid, [m for m in self.stage.platform.messages(openid) if m.sender == "account" and m.id > last]

    def _hears(self, step: Step) -> None:
        openid, unread = self._unread(step.who)
        if step.what == "*":
            self.read[openid] = unread[-1].id if unread else self.read.get(openid, 0)
            return
        if step.what == "-":
            if unread:
                raise Failed(_heard(f"{step.who} should have no unread message", unread))
            return
        found = next((m for m in unread if re.search(step.what, m.text, re.DOTALL)), None)
        if found is None:
            raise Failed(_heard("none of the unread messages matches", unread))
        self.read[openid] = found.id

    def _hears_not(self, step: Step) -> None:
        _, unread = self._unread(step.who)
        found = [m for m in unread if re.search(step.what, m.text, re.DOTALL)]
        if found:
            raise Failed(_heard("this message matches and should not", found))

    # Commands

    def _runs(self, step: Step) -> None:
        self._command(step, succeeds=True)

    def _fails(self, step: Step) -> None:
        self._command(step, succeeds=False)

    def _command(self, step: Step, succeeds: bool) -> None:
        line, _, wanted = step.what.replace("{folder}", str(self.stage.folder)).partition(" ~ ")
        status, output = run_command(shlex.split(line), self.stage.environment())
        if self.stage.begun:
            self.stage.settle()
        if (status == 0) != succeeds:
            raise Failed(f"         exit status {status}; it said:\n{_indented(output)}")
        if wanted and not re.search(wanted.strip(), output, re.DOTALL):
            raise Failed(f"         the output does not match; it said:\n{_indented(output)}")

    # Faults

    def _fault(self, step: Step) -> None:
        word, _, rest = step.what.partition(" ")
        faults: dict[str, Callable[[str], object]] = {
            "wechat": self._wechat,
            "push": self._push,
            "redis": self._redis,
            "worker": lambda what: self.stage.worker_kill(),
            "stop": lambda what: self.stage.stop(),
            "start": lambda what: self.stage.start(),
            "unbound": self._unbound,
            "unconsenting": self._unconsenting,
            "pilot": lambda what: self.stage.pilot(tuple(what.split())),
        }
        if word not in faults:
            raise ValueError(f"no such fault; there are: {', '.join(faults)}")
        faults[word](rest.strip())
        self.stage.settle()

    def _wechat(self, what: str) -> None:
        found = WECHAT.match(what)
        if found is None:
            raise ValueError("write: ! wechat CODE|timeout|lost|html|empty xN [custom|template|subscribe] [to NAME]")
        openid = self.stage.openid(found[4]) if found[4] else None
        self.stage.platform.fault(found[1], int(found[2]), found[3], openid)  # type: ignore[arg-type]

    def _push(self, what: str) -> None:
        self.stage.platform.push_twice = {"twice": True, "once": False}[what]

    def _redis(self, what: str) -> None:
        if what == "flush":
            self.stage.redis_flush()
            return
        found = re.match(r"down (\d+)m$", what)
        if found is None:
            raise ValueError("write: ! redis flush, or ! redis down 5m")
        self.stage.redis_down(self.stage.now() + timedelta(minutes=int(found[1])))

    def _unbound(self, name: str) -> None:
        openid = self.stage.openid(name)
        with writing(self.stage.world.sessions) as session:
            known = sa.select(Identity.id).where(Identity.openid == openid)
            session.execute(sa.delete(Binding).where(Binding.identity_id.in_(known)))
            session.execute(sa.delete(Identity).where(Identity.openid == openid))

    def _unconsenting(self, name: str) -> None:
        with reading(self.stage.world.sessions) as session:
            person_id = find_person(session, self.stage.school, name).id
        with writing(self.stage.world.sessions) as session:
            session.execute(sa.delete(Consent).where(Consent.person_id == person_id))


def _heard(what: str, messages: list[Message]) -> str:
    head = f"         {what}; unread:" if messages else f"         {what}: there is none"
    return "\n".join([head, *(_indented(f"[{m.kind}] {m.text[:SHOWN]}") for m in messages)])


def _indented(text: str) -> str:
    return "\n".join(f"         │ {line}" for line in text.strip().splitlines())

"""The guides in Chinese are true: what they tell people to type is typed in a play, and their commands exist."""

from __future__ import annotations

import contextlib
import re
import shlex
from pathlib import Path

import click
import pytest

from bot.cli import cli
from bot.sandbox.play import Play
from bot.sandbox.play_script import read_script
from bot.sandbox.play_stage import Stage

ROOT = Path(__file__).parent.parent
DOCS, PLAYS = ROOT / "docs", ROOT / "tests" / "plays"
CHAT = ("teachers", "families")
GUIDES = sorted(DOCS.glob("*.zh.md"))
#: What a play writes for what a guide can only give an example of.
CODE = re.compile(r"(?<=绑定 )(\{code \S+\}|[A-Z0-9]{6})")
DID = re.compile(r"^\S+\s+>\s+(?:\[(?:tap|menu|voice)\s+(?P<pressed>.+)\]|(?P<typed>.+))$")
LOST = re.compile(r"没有听明白|编号\d")


def _done() -> set[str]:
    """Everything that somebody types or taps in a play."""
    lines = [step.line for play in PLAYS.glob("*.play") for step in read_script(play) if step.verb == "says"]
    found = [DID.match(line) for line in lines]
    return {CODE.sub("…", one["pressed"] or one["typed"]) for one in found if one}


def _examples(guide: str) -> list[str]:
    words = (DOCS / f"{guide}.zh.md").read_text("utf-8")
    spans = re.findall(r"`([^`\n]+)`", words) + re.findall(r"^ {4,}(\S.*)$", words, re.MULTILINE)
    return [CODE.sub("…", span) for span in spans]


@pytest.mark.parametrize("guide", CHAT)
def test_whatever_a_guide_tells_people_to_say_is_said_in_a_play(guide: str) -> None:
    examples = _examples(guide)
    assert examples
    assert [words for words in examples if words not in _done()] == []


@pytest.mark.parametrize("guide", CHAT)
def test_the_play_of_a_guide_goes_as_written_and_all_of_it_is_understood(guide: str) -> None:
    transcript: list[str] = []
    with contextlib.closing(Stage(None)) as stage:
        passed, failed = Play(stage, lambda line: transcript.append(str(line))).run(
            read_script(PLAYS / f"{guide}_page.play")
        )
        phones = [stage.platform.messages(phone.openid) for phone in stage.platform.phones]
    said = [message.text for messages in phones for message in messages if message.sender == "account"]
    assert passed
    assert not failed, "\n".join(transcript)
    assert [text for text in said if LOST.search(text)] == []


def _commands() -> list[tuple[str, str]]:
    """Each `jiafang …` of a guide, with the guide's name."""
    pages = {guide: re.sub(r"<[^>]+>", " ", guide.read_text("utf-8")) for guide in GUIDES}
    lines = [
        (g.stem, line)
        for g, words in pages.items()
        for line in re.findall(r"(?:^ {4}|`)jiafang ([^`\n#]+)", words, re.M)
    ]
    return sorted(set(lines))


@pytest.mark.parametrize(("guide", "line"), _commands())
def test_a_command_of_a_guide_exists_with_its_options(guide: str, line: str) -> None:
    command: click.Command = cli
    words = shlex.split(re.sub(r"^--(?:data|config) \S+", "", line))
    while isinstance(command, click.Group) and words:
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None, f"{guide}: jiafang {line}"
        command = found
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= known


@pytest.mark.parametrize("guide", [*GUIDES, ROOT / "README.md", ROOT / "README.zh.md"], ids=lambda guide: guide.stem)
def test_the_pictures_and_pages_that_a_guide_shows_are_there(guide: Path) -> None:
    words = guide.read_text("utf-8")
    named = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", words) + re.findall(r'<img src="([^"]+)"', words)
    assert [name for name in named if not (guide.parent / name).exists()] == []
    assert all(size <= 250_000 for size in ((guide.parent / n).stat().st_size for n in named if n.endswith(".png")))

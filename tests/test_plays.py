"""Every play in tests/plays: people type, people read, the hour moves, through the real wire."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.play import run_play

PLAYS = sorted((Path(__file__).parent / "plays").glob("*.play"))
#: A guide's play is run by test_guides.py, which looks at every answer.
OTHERS = [play for play in PLAYS if not play.stem.endswith("_page")]


@pytest.fixture(autouse=True)
def _own_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A play starts a server of its own, whatever the developer's shell names."""
    for name in ("REDIS_URL", "JIAFANG_CONFIG", "JIAFANG_DATA", "JIAFANG_MASTER_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("play", OTHERS, ids=lambda play: play.stem)
def test_the_play_goes_as_written(play: Path) -> None:
    transcript: list[str] = []
    passed, failed = run_play(play, lambda line: transcript.append(str(line)))
    assert passed, f"{play.name} expects nothing"
    assert not failed, "\n".join(["", *_around_failures(transcript)])


def _around_failures(transcript: list[str]) -> list[str]:
    """The failures with the few lines that led to each."""
    wrong = [n for n, line in enumerate(transcript) if line.startswith("✗")]
    shown = sorted({n for at in wrong[:3] for n in range(max(0, at - 4), at + 1)})
    return [transcript[n] for n in shown]

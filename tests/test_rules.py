"""docs/rules.md holds what is cited, and cites what holds: from a rule to its line and its test, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
LETTERS = r"[PBQVRFSAO]\d{1,2}"
OWN = r"(?:rel\.[A-Z]\d{1,2}|rulings\.\d{1,2})"
MARK = re.compile(r"""mark\.rule\(["']([^"']+)["']\)""")
REMARK = re.compile(r"^\s*# rules? (.+)$", re.MULTILINE)
IN_CODE = re.compile(r"\b(rel\.[A-Z]\d{1,2}|rulings \d{1,2})\b")


def _rows() -> Iterator[tuple[str, str, list[str]]]:
    """Id, the whole line, and the files that the line names."""
    for line in PAGE.splitlines():
        found = re.match(rf"\| ({LETTERS}|{OWN}) \|", line)
        if found:
            yield found[1], line, re.findall(r"`([\w/]+\.(?:py|play|toml))`", line)


ROWS = {rule: (line, files) for rule, line, files in _rows()}


def _ids(words: str) -> set[str]:
    return set(re.findall(rf"{LETTERS}|{OWN}", words))


def _named() -> set[str]:
    """Everything that the page speaks of, spans such as P1–P4 included."""
    found = _ids(PAGE)
    for letter, first, last in re.findall(r"\b([A-Z])(\d+)–\1(\d+)", PAGE):
        found |= {f"{letter}{n}" for n in range(int(first), int(last) + 1)}
    return found


def _cited(path: Path) -> set[str]:
    words = path.read_text(encoding="utf-8")
    marks = MARK.findall(words) if path.suffix == ".py" else []
    return {rule for part in [*marks, *REMARK.findall(words)] for rule in _ids(part)}


def _tests() -> list[Path]:
    return [
        p for p in sorted((ROOT / "tests").rglob("*")) if p.suffix in (".py", ".play") and p.name != "test_rules.py"
    ]


def test_every_rule_that_a_test_or_a_play_cites_stands_in_the_table() -> None:
    strays = {f"{p.relative_to(ROOT)}: {rule}" for p in _tests() for rule in _cited(p) - set(ROWS)}
    assert not strays, "cited, but no row in docs/rules.md"


def test_every_rule_that_the_code_cites_is_spoken_of() -> None:
    named = _named()
    code = [p for room in ("bot", "handlers", "jobs", "models") for p in (ROOT / room).rglob("*.py")]
    cited = {(p, c.replace(" ", ".")) for p in code for c in IN_CODE.findall(p.read_text(encoding="utf-8"))}
    assert not {f"{p.relative_to(ROOT)}: {rule}" for p, rule in cited if rule not in named}


def test_each_row_names_files_that_are_there_and_tests_that_cite_it() -> None:
    wrong = [f"{rule}: {fault}" for rule, (line, files) in ROWS.items() for fault in _faults(rule, line, files)]
    assert not wrong


def test_the_page_of_promises_names_tests_that_are_there() -> None:
    promises = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.(?:py|play))`", promises)
    assert len(named) > 20
    assert not [file for file in named if not (ROOT / file).exists()]


def _faults(rule: str, line: str, files: list[str]) -> Iterator[str]:
    shown = [f for f in files if f.startswith("tests/")]
    if len(shown) == len(files):
        yield "where is it carried out?"
    if not shown and not line.endswith("| — |"):
        yield "no test and no dash"
    for file in files:
        if not (ROOT / file).exists():
            yield f"there is no {file}"
        elif file in shown and rule not in _cited(ROOT / file):
            yield f"{file} does not cite it"

"""The sentences: each that is said exists, each that exists is said, and the facts it names are given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from handlers.announce_offer import NEWS
from handlers.texts import has, sentences
from models.followup import EFFECT, EFFECTS, STAGES
from models.record import OPTIONAL, REQUIRED
from models.survey import QUESTIONS
from models.visit_life import FORMS, LIFE

ROOT = Path(__file__).parent.parent.parent
WORD = re.compile("[\u3400-\u9fff]{2}")

#: What `visit_facts` gives to every sentence about a visit.
VISIT = {"student", "full", "time", "offer", "form", "purpose", "offer_form", "teacher", "minutes", "school"}
STATES = {state for state, _ in LIFE} | {after for after, _ in LIFE.values()}
NOTICES = set(NEWS.values()) | {
    "offer", "offer_again", "move_offer", "form_asked", "countered", "countered_move", "telephone",
    "telephone_unanswered", "family_left", "family_stopped", "early", "early_staff", "evening", "guardian", "teacher",
    "took_place", "record_reminder", "record_last_reminder",
}  # fmt: skip
#: Keys that the code puts together from what it knows.
MADE = {
    *(f"{topic}.{form}" for topic in ("form", "form_said") for form in FORMS),
    *(f"state.{state}" for state in STATES),
    *(f"notice.{name}" for name in NOTICES),
    *(f"note_field.{name}" for name in NOTICES if has(f"note_field.{name}")),
    *(f"rating.{name}_{n}" for name in ("overall", "useful") for n in range(1, 6)),
    *(f"effect.{effect}" for effect in EFFECTS),
    *(f"{topic}.{name}" for topic in ("record_words", "record_name") for name in REQUIRED + OPTIONAL),
    *(f"survey.{kind}_{q.name}" for kind, questions in QUESTIONS.items() for q in questions),
    *(f"survey.{kind}_{end}" for kind in QUESTIONS for end in ("opening", "done")),
    *(f"followup.{stage}_{part}" for stage, parts in STAGES for part in parts),
    *(f"followup.{stage}_again" for stage, _ in STAGES),
    *(f"presence_notice.{kind}_{which}" for kind in ("alert", "remind") for which in ("under_way", "never_arrived")),
    "presence.undo_check_in", "presence.undo_check_out",
    *(f"brief.{name}" for name in ("categories", "health", "answers", "last")),
    *(f"list.{span}_none" for span in ("today", "week", "all")),
    "yesno.yes", "yesno.no",
    *(f"show.verb_{verb}" for _, verb in LIFE),
}  # fmt: skip


@cache
def trees(*rooms: str) -> dict[Path, ast.Module]:
    files = [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in files}


#: Files that say the sentences of this table under that very name.
SAYS = re.compile(r"from handlers\.texts import [^\n]*\bsay\b(?! as)")


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    for path, tree in trees("handlers", "bot", "models").items():
        if name == "say" and not SAYS.search(path.read_text(encoding="utf-8")):
            continue  # the roster's own words are in another table
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name and node.args:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def literals(node: ast.expr) -> list[str]:
    """The strings that this expression can be, as far as they stand there."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    return literals(node.body) + literals(node.orelse) if isinstance(node, ast.IfExp) else []


def placeholders(key: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentences()[key]) if name}


def given(call: ast.Call) -> set[str] | None:
    """The facts that a call gives; None when it cannot be seen from the call."""
    names = {k.arg for k in call.keywords if k.arg}
    for keyword in call.keywords:
        if keyword.arg is None:
            made = getattr(getattr(keyword.value, "func", None), "id", "")
            if made != "visit_facts":
                return None
            names |= VISIT
    return names


def test_each_sentence_that_is_said_exists_and_gets_its_facts() -> None:
    wrong = []
    for where, call in calls("say"):
        for key in literals(call.args[0]):
            facts = given(call)
            if not has(key):
                wrong.append(f"{where}: no sentence {key}")
            elif facts is not None and not placeholders(key) <= facts:
                wrong.append(f"{where}: {key} wants {placeholders(key) - facts}")
    assert not wrong


def test_each_key_that_is_made_exists() -> None:
    assert not {key for key in MADE if not has(key)}


def test_each_sentence_is_said_somewhere() -> None:
    nodes = [node for tree in trees("handlers", "bot").values() for node in ast.walk(tree)]
    written = {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    kinds = {k for kind in written for k in (kind.partition(".")[2], kind.replace(".", "_"))}
    forms = [f for f in map(_form, nodes) if f]
    refused = {f"refused.{code}" for _, call in calls("Refused") for code in literals(call.args[0])}

    def said(key: str) -> object:
        topic, _, name = key.partition(".")
        if topic == "refused":
            return key in refused or key in written
        if topic in ("notice", "note_field"):  # the composers name them by the kinds of messages
            return {key, name} & (written | kinds) or any(re.fullmatch(form, name) for form in forms)
        return key in written | MADE or any(re.fullmatch(form, key) for form in forms)

    assert not {key for key in sentences() if not said(key)}


def _form(node: ast.AST) -> str | None:
    """The expression for the keys that an f-string makes, where enough of it stands there."""
    if not isinstance(node, ast.JoinedStr):
        return None
    whole = "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    if not re.fullmatch(r"[a-z_.*]+", whole) or len(whole) < 5:
        return None
    return re.escape(whole).replace(r"\*", r"\w+")


def test_what_is_told_of_a_visit_names_only_facts_of_the_visit() -> None:
    for name in NOTICES:
        assert placeholders(f"notice.{name}") <= VISIT | {"by", "who", "until"}, name


def test_each_refusal_has_its_facts() -> None:
    raised = [
        (where, given(call), f"refused.{code}") for where, call in calls("Refused") for code in literals(call.args[0])
    ]
    said = [(where, facts, key) for where, facts, key in raised if has(key) and facts is not None]
    assert not [
        f"{where}: {key} wants {placeholders(key) - facts}" for where, facts, key in said if placeholders(key) - facts
    ]


@pytest.mark.parametrize("key", sorted(k for k in sentences() if k.startswith("note_field.")))
@pytest.mark.rule("rulings.34")
def test_a_note_fits_a_template_field(key: str) -> None:
    assert 1 <= len(sentences()[key]) <= 20


def test_labels_in_one_question_differ() -> None:
    labels = [text for key, text in sentences().items() if key.startswith("label.")]
    twice = {text for text in labels if labels.count(text) > 1}
    assert twice <= {"同意"}, "two items of these words could stand below one message"


def test_effect_questions_are_three() -> None:
    assert EFFECT in {stage for stage, _ in STAGES}
    assert len(EFFECTS) == 3


def _docstrings(tree: ast.Module) -> set[int]:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, kinds)]
    return {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}


@pytest.mark.parametrize("room", ["bot", "jobs", "models"])
def test_no_chinese_stands_in_the_code_of_other_rooms(room: str) -> None:
    found = []
    for path, tree in trees(room).items():
        if path.is_relative_to(ROOT / "bot" / "sandbox"):
            continue
        spoken = _docstrings(tree)
        for node in ast.walk(tree):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken
            if is_text and WORD.search(node.value):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.value!r}")
    assert not found

"""Questionnaires by chat: one question at a time, by tap, digit or words (Q1, S1, S7, S8)."""

from __future__ import annotations

from typing import Any

from handlers.booking import visit_facts
from handlers.followup import answer_words
from handlers.reach import asked_last, owing_guardian
from handlers.registry import GUARDIAN, Words, command, tapped
from handlers.texts import say
from handlers.turn import Say, TapMaker, Turn
from models import telling
from models.conversation import Tap
from models.followup import FollowUp
from models.survey import OPEN, PRE_VISIT, QUESTIONS, SKIPPED, Survey

VALUES = {"rating": ("1", "2", "3", "4", "5"), "yesno": ("yes", "no"), "text": (SKIPPED,)}


def question_text(survey: Survey, first: bool = False) -> str:
    """The present question, with an opening before the first."""
    question = survey.question
    assert question is not None
    facts = visit_facts(survey.visit)
    number, of = survey.step + 1, len(QUESTIONS[survey.kind])
    text = say(f"survey.{survey.kind}_{question.name}", number=number, of=of, **facts)
    return say(f"survey.{survey.kind}_opening", **facts) + "\n" + text if first else text


def question_taps(new: TapMaker, survey: Survey) -> list[Tap]:
    """What can be tapped; a rating's number in the list is its value, so that a typed digit means the same."""
    question = survey.question
    assert question is not None
    names = {"rating": "rating.{}", "yesno": "yesno.{}", "text": "label.skip"}
    return [
        new("survey.answer", say(names[question.type].format(v)), subject_id=survey.id, value=v, round=survey.step)
        for v in VALUES[question.type]
    ]


@tapped("survey.answer")
def tap_answer(turn: Turn, tap: Tap) -> Say:
    survey = turn.session.get(Survey, tap.subject_id)
    if survey is None or survey.person_id not in [p.id for p in turn.family]:
        return Say(say("unclear.stale_tap"))
    if survey.state != OPEN:
        return Say(say("survey.closed"))
    if survey.step != tap.round:
        return _ask(turn, survey, say("survey.answered_already") + "\n")
    question = survey.question
    assert question is not None
    return _taken(turn, survey, _tapped_value(question.type, tap.value))


def _tapped_value(kind: str, value: str) -> Any:
    return int(value) if kind == "rating" else value == "yes" if kind == "yesno" else value


@command(GUARDIAN, "survey", "rating", "yes_no", "no", "free_text", "no_comment", "skip", "anonymous")
def answer(turn: Turn, words: Words) -> Say:
    """5（回答问卷）"""
    first = asked_last(turn, owing_guardian(turn)).first
    if isinstance(first, FollowUp):
        return answer_words(turn, first, words)
    if not isinstance(first, Survey):
        return Say(say("unclear.guardian"))
    survey = first
    value = _value(survey, words)
    if value is None or _is_politeness(turn, survey, words):
        return _ask(turn, survey, say("survey.not_understood") + "\n")
    return _taken(turn, survey, value)


def ask_again(turn: Turn, words: Words) -> Say | None:
    """The open question once more, for words that are no answer to it; the effect may be among more words."""
    first = asked_last(turn, owing_guardian(turn)).first
    if isinstance(first, FollowUp):
        return answer_words(turn, first, words)
    return _ask(turn, first, say("survey.not_understood") + "\n") if isinstance(first, Survey) else None


def _value(survey: Survey, words: Words) -> Any:
    """The answer in the question's own form, or None when the words are none."""
    question, value = survey.question, words.get("value")
    assert question is not None
    if question.type == "rating":
        return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 5 else None
    if question.type == "yesno":
        return _yes_or_no(words)
    if words.get("act") in ("skip", "no_comment"):
        return SKIPPED
    text = str(words.get("comment") or words.get("text") or words["said"]).strip()
    return text if len(text) > 2 or text in say("survey.short_answers").split() else None


def _is_politeness(turn: Turn, survey: Survey, words: Words) -> bool:
    """好的 alone is no answer to what the family is asked before the visit; it is asked again once (rulings 5)."""
    polite = words.get("act") == "no_comment" and words["said"].strip() not in say("survey.short_answers").split()
    question = [survey.id, survey.step]
    if not polite or survey.kind != PRE_VISIT or turn.memory.get("asked_again") == question:
        return False
    turn.memory["asked_again"] = question
    return True


def _yes_or_no(words: Words) -> bool | None:
    value = words.get("value")
    if isinstance(value, bool):
        return value
    return {"yes": True, "no": False}.get(str(value if value is not None else words.get("act")))


def _ask(turn: Turn, survey: Survey, before: str = "") -> Say:
    return Say(before + question_text(survey), question_taps(turn.tap, survey))


def _taken(turn: Turn, survey: Survey, value: Any) -> Say:
    was_unhappy = survey.unhappy
    survey.answer(value, turn.now)
    if survey.unhappy and not was_unhappy:
        # S8: at the answer that was unhappy, by day or night, to student affairs and not to the teacher judged.
        telling.tell_affairs(turn.session, survey.school_id, "survey.unhappy", survey.id, turn.now)
    if survey.state == OPEN:
        return _ask(turn, survey)
    return Say(say(f"survey.{survey.kind}_done", **visit_facts(survey.visit)))

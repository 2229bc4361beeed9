"""Questionnaires by chat: one question at a time, by tap, digit or words (Q1, S1, S7, S8)."""

from __future__ import annotations

from typing import Any

from handlers.booking import facts_for
from handlers.followup import answer_words
from handlers.reach import asked_last, owing_guardian
from handlers.registry import GUARDIAN, Words, command, tapped
from handlers.texts import say
from handlers.turn import Say, TapMaker, Turn
from models import telling
from models.conversation import Tap
from models.followup import FollowUp
from models.survey import OPEN, PRE_VISIT, QUESTIONS, SATISFACTION, SKIPPED, Asked, Survey

VALUES = {"rating": ("1", "2", "3", "4", "5"), "yesno": ("yes", "no"), "text": (SKIPPED,)}


def question_text(survey: Survey, first: bool = False) -> str:
    """The present question, with an opening before the first."""
    question = survey.question
    assert question is not None
    facts = facts_for(survey.visit, survey.person)
    number, of = survey.step + 1, len(QUESTIONS[survey.kind])
    text = say(f"survey.{survey.kind}_{question.name}", number=number, of=of, **facts)
    return say(f"survey.{survey.kind}_opening", **facts) + "\n" + text if first else text


def question_taps(new: TapMaker, survey: Survey, deed: str = "survey.answer", step: int | None = None) -> list[Tap]:
    """What can be tapped; a rating's number in the list is its value, so that a typed digit means the same."""
    at = survey.step if step is None else step
    question = QUESTIONS[survey.kind][at]
    name = {"rating": f"rating.{question.name}_{{}}", "yesno": "yesno.{}", "text": "label.skip"}[question.type]
    values = VALUES[question.type]
    return [new(deed, say(name.format(v)), subject_id=survey.id, value=v, round=at) for v in values]


@tapped("survey.answer")
def tap_answer(turn: Turn, tap: Tap) -> Say:
    survey = turn.session.get(Survey, tap.subject_id)
    if survey is None or survey.person_id not in [p.id for p in turn.family]:
        return Say(say("unclear.stale_tap"))
    if survey.state != OPEN:
        return Say(say("survey.closed"))
    if survey.step != tap.round:
        return ask(turn, survey, say("survey.answered_already") + "\n")
    assert survey.question is not None
    return take(turn, survey, tapped_value(survey.question.type, tap.value))


def alarm(turn: Turn, survey: Survey, slot: str = "") -> None:
    """S8: at the answer that was unhappy, by day or night, to student affairs and not to the teacher judged."""
    telling.tell_affairs(turn.session, survey.school_id, "survey.unhappy", survey.id, turn.now, slot)


def tapped_value(kind: str, value: str) -> Any:
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
    assert survey.question is not None
    value = value_of(survey.question, words)
    if value is None or _is_politeness(turn, survey, words):
        return ask(turn, survey, say("survey.not_understood") + "\n")
    return take(turn, survey, value)


def ask_again(turn: Turn, words: Words) -> Say | None:
    """The open question once more, for words that are no answer to it; the effect may be among more words."""
    first = asked_last(turn, owing_guardian(turn)).first
    if isinstance(first, FollowUp):
        return answer_words(turn, first, words)
    return ask(turn, first, say("survey.not_understood") + "\n") if isinstance(first, Survey) else None


def value_of(question: Asked, words: Words) -> Any:
    """The answer in the question's own form, or None when the words are none."""
    value = words.get("value")
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


def ask(turn: Turn, survey: Survey, before: str = "") -> Say:
    """The present question, with what can be tapped."""
    return Say(before + question_text(survey), question_taps(turn.tap, survey))


def take(turn: Turn, survey: Survey, value: Any) -> Say:
    """The answer to the present question; the next one follows."""
    was_unhappy = survey.unhappy
    survey.answer(value, turn.now)
    if survey.unhappy and not was_unhappy:
        alarm(turn, survey)
    if survey.state == OPEN:
        return ask(turn, survey)
    done = say(f"survey.{survey.kind}_done", **facts_for(survey.visit, survey.person))
    return Say(done + "\n" + say("survey.can_change") if survey.kind == SATISFACTION else done)

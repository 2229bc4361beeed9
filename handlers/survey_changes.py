"""A questionnaire is put off, gone on with, or put right: 晚点填, 继续问卷, 第1题改成4 (S7, S8, rulings 13)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers import when
from handlers.reach import Owing, Pending, open_surveys, owing_guardian, question_for
from handlers.registry import Words, tapped
from handlers.slots import words_of
from handlers.survey import alarm, ask, question_taps, take, tapped_value, value_of
from handlers.texts import say
from handlers.turn import Say, Turn
from handlers.understanding import Context, read
from handlers.understanding.outright import puts_survey_off, resumes_survey, survey_change
from models.conversation import Tap
from models.survey import OPEN, QUESTIONS, SKIPPED, Asked, Survey


def of_the_survey(turn: Turn, text: str) -> Say | None:
    """What is said of a questionnaire as a whole; None when the words are about something else."""
    if resumes_survey(text):
        survey = _open(turn)
        return ask(turn, survey) if survey else Say(say("survey.nothing_open"))
    change = survey_change(text)
    survey = _last(turn) if change or puts_survey_off(text) else None
    if survey is None:
        return None
    if change:
        return _changed(turn, survey, *change)
    ends = survey.opened_at + timedelta(days=survey.visit.policy.survey_life_days)
    return Say(say("survey.put_off", until=when.spoken(ends, turn.school.zone))) if survey.state == OPEN else None


def _open(turn: Turn) -> Survey | None:
    return next(iter(open_surveys(turn)), None)


def _last(turn: Turn) -> Survey | None:
    """The one that is open, else the one answered last."""
    if found := _open(turn):
        return found
    answered = [s for p in turn.family if (s := Survey.last_of(turn.session, p.id))]
    return max(answered, key=lambda s: s.asked_at, default=None)


def _changed(turn: Turn, survey: Survey, number: int | None, what: str) -> Say:
    """The question by its number, or the one answered before the present one."""
    questions = QUESTIONS[survey.kind]
    at = survey.step - (survey.state == OPEN) if number is None else number - 1
    if not 0 <= at < len(questions):
        return Say(say("survey.no_such_question", of=len(questions)))
    value = value_of(questions[at], _words(turn, questions[at], what)) if what else None
    if not survey.answered(at):
        return _not_yet(turn, survey, at, value)
    if value is None:
        question = say(f"survey_name.{questions[at].name}")
        text = say("survey.change_to", number=at + 1, question=question)
        return Say(text, question_taps(turn.tap, survey, "survey.change", at))
    return _put_right(turn, survey, at, value)


def _words(turn: Turn, question: Asked, what: str) -> Words:
    """The new answer, read as one to that question."""
    context = Context(role="guardian", pending="survey", question=question_for(question.name, question.type))
    reading = read(what, turn.local().replace(tzinfo=None), context)
    return words_of(turn, reading, Owing([], []), context) | {"said": what, "act": reading.intent}


def _not_yet(turn: Turn, survey: Survey, at: int, value: Any) -> Say:
    if survey.state != OPEN:
        return Say(say("survey.closed"))
    if at == survey.step and value is not None:
        return take(turn, survey, value)
    return ask(turn, survey, "" if at == survey.step else say("survey.not_asked_yet", number=at + 1) + "\n")


@tapped("survey.change")
def tap_change(turn: Turn, tap: Tap) -> Say:
    survey = turn.session.get(Survey, tap.subject_id)
    if survey is None or survey.person_id not in [p.id for p in turn.family] or not survey.answered(tap.round):
        return Say(say("unclear.stale_tap"))
    return _put_right(turn, survey, tap.round, tapped_value(QUESTIONS[survey.kind][tap.round].type, tap.value))


def _put_right(turn: Turn, survey: Survey, at: int, value: Any) -> Say:
    was_unhappy = survey.unhappy
    before = survey.change(turn.session, at, value, turn.now)
    if survey.unhappy and not was_unhappy:
        alarm(turn, survey, slot=f"changed {turn.now:%Y-%m-%d %H:%M:%S}")
    facts = {"number": at + 1, "answer": _spoken(survey, at, value), "before": _spoken(survey, at, before)}
    text = say("survey.same" if before == value else "survey.changed", **facts)
    return ask(turn, survey, text + "\n") if survey.state == OPEN else Say(text)


def _spoken(survey: Survey, at: int, value: Any) -> str:
    question = QUESTIONS[survey.kind][at]
    if question.type == "rating":
        return say(f"rating.{question.name}_{value}")
    if question.type == "yesno":
        return say("yesno.yes" if value else "yesno.no")
    return say("survey.skipped") if value == SKIPPED else str(value)


def goes_on(turn: Turn, before: Pending | None, said: Say) -> Say:
    """Once what came in between is answered, the questionnaire goes on by itself; `before` is what was asked then."""
    survey = _open(turn)
    if survey is None or before is None or survey is before or survey.step == 0:
        return said
    if said.taps or {"draft", "hole"} & turn.memory.keys() or owing_guardian(turn).first is not survey:
        return said
    return ask(turn, survey, said.text + "\n" + say("survey.go_on") + "\n")

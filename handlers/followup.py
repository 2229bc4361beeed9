"""The contacts after a visit are answered in the chat (F1–F3)."""

from __future__ import annotations

from handlers.booking import facts_for
from handlers.effect import is_clear_to_both, leads_to
from handlers.registry import TEACHER, Missing, Words, command, tapped
from handlers.texts import say
from handlers.turn import Say, TapMaker, Turn
from models import telling
from models.conversation import Tap
from models.followup import ASKED, EFFECT, EFFECTS, NONE, FollowUp
from models.visit_life import GUARDIAN


def followup_text(asked: FollowUp) -> str:
    """The question, to the family or to the teacher."""
    return say(f"followup.{asked.stage}_{asked.part}", **facts_for(asked.visit, asked.person))


def effect_taps(new: TapMaker, asked: FollowUp) -> list[Tap]:
    """明显, 有改善, 不明显."""
    if asked.stage != EFFECT:
        return []
    return [new("followup.effect", say(f"effect.{e}"), subject_id=asked.id, value=e) for e in EFFECTS]


@tapped("followup.effect")
def tap_effect(turn: Turn, tap: Tap) -> Say:
    asked = turn.session.get(FollowUp, tap.subject_id)
    if asked is None or asked.person_id not in [p.id for p in turn.persons]:
        return Say(say("unclear.stale_tap"))
    if asked.state != ASKED:
        return Say(say("followup.answered_already"))
    return _taken(turn, asked, say(f"effect.{tap.value}"), tap.value)


def answer_words(turn: Turn, asked: FollowUp, words: Words) -> Say:
    """An answer in words; the effect must be one of the three."""
    text = str(words["said"]).strip()
    if asked.stage != EFFECT:
        return _taken(turn, asked, text, None) if len(text) > 2 else _again(turn, asked)
    named = [e for e in sorted(EFFECTS, key=lambda e: -len(say(f"effect.{e}"))) if say(f"effect.{e}") in text]
    if not named:
        return _again(turn, asked)
    return _taken(turn, asked, text, named[0])


def _again(turn: Turn, asked: FollowUp) -> Say:
    return Say(
        say(f"followup.{asked.stage}_again", **facts_for(asked.visit, asked.person)), effect_taps(turn.tap, asked)
    )


@command(TEACHER, "followup", "free_text", "rating", "choice")
def teacher_answers(turn: Turn, words: Words) -> Say:
    """孩子最近作业按时了（回答回访）"""
    found = [f for f in FollowUp.open_for(turn.session, turn.person.id) if _is_meant(f, words)]
    if not found:
        return Say(say("unclear.teacher"))
    if len({f.visit_id for f in found}) > 1:
        # Which child the words are about is never guessed at.
        names = [(str(facts_for(f.visit, f.person)["full"]), str(f.id)) for f in found[:8]]
        raise Missing("followup", say("followup.which"), names)
    return answer_words(turn, found[0], words)


def _is_meant(asked: FollowUp, words: Words) -> bool:
    chosen, named = words.get("followup"), words.get("students")
    if chosen:
        return asked.id == int(chosen)
    return not named or asked.visit.is_of(named)


def _taken(turn: Turn, asked: FollowUp, text: str, effect: str | None) -> Say:
    asked.answer(turn.session, text, effect, turn.now)
    facts = facts_for(asked.visit, asked.person)
    if asked.part == GUARDIAN:
        telling.tell_teacher(turn.session, asked.visit, "followup.answered", turn.now, followup=asked.id)
    if asked.part == GUARDIAN:
        return Say(say("followup.thanks_none" if effect == NONE else "followup.thanks", **facts))
    line, taps = leads_to(turn.tap, asked, is_clear_to_both(turn, asked.visit))
    noted = say("followup.plan_next" if effect == NONE else "followup.noted", **facts)
    return Say("\n".join(filter(None, [noted, line])), taps)

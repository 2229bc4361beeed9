"""Every misreading may become a row of a table: what was asked back or not understood is kept, masked (rulings 43)."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.masking import blank, mask, without_times
from handlers.reach import roster_for
from handlers.registry import GUARDIAN, Words
from handlers.texts import say
from handlers.time_slot import TIMES
from handlers.turn import Turn
from handlers.understanding import Known, Roster
from handlers.understanding.names import WORD_NAMES, mentions, stranger
from handlers.understanding.normalise import simplify
from handlers.understanding.safety import in_danger
from models import unclear
from models.unclear import Doubt, Unclear

UNKNOWN = "unknown"
#: As which the reader gives up: for good, or to ask whether yes or no was meant.
INTENTS = frozenset((UNKNOWN, "ask"))
#: What says that a word is missing, not that it is doubtful: 去张小明家家访 was read well.
MISSING = frozenset((None, "no_day", "no_time"))
#: Commands that carry words about a family: what was dictated or is to be passed on is nobody's example.
FAMILY_WORDS = frozenset(
    [
        *("record", "talk_record", "submit", "add_follow_up", "report_concern", "broadcast_notice", "followup"),
        *("survey", "free_text", "question", "message", "update_info", "late", "urgent", "complaint", "request_visit"),
    ]
)
#: Longer ones are stories, whatever they were read as.
LONGEST = 120
#: A message as short as a name may be one that nobody knows.
_AS_SHORT_AS_A_NAME = 4
_GUESSED = (4, 3)  #: characters of a name that is only guessed at by its sound or by all but one of its characters


def not_understood(turn: Turn, part: str, intent: str) -> None:
    """The words meant nothing to the bot, or nothing that was asked for."""
    _keep(turn, Doubt(part, turn.pending, intent, UNKNOWN))


def asked_back(turn: Turn, part: str, intent: str, words: Words, slot: str) -> None:
    """The command asks for a word; only a doubt about what was said of time or name is kept."""
    doubt = _doubt(words, slot)
    if doubt is not None:
        _keep(turn, Doubt(part, turn.pending, intent, doubt))


def _doubt(words: Words, slot: str) -> str | None:
    if slot in TIMES:
        reason = (words.get(slot) or {}).get("ask")
        return None if reason in MISSING else f"{slot}:{reason}"
    if slot == "student":
        return next((a for a in words.get("ask") or () if a.startswith("student_")), None)
    return None


def _keep(turn: Turn, doubt: Doubt) -> None:
    text = turn.said.text.strip()
    if not _is_kept(turn, doubt, text):
        return
    masked = mask(text, _names(turn, doubt, text))
    if not blank(masked):
        Unclear.keep(turn.session, turn.school.id, masked, doubt, turn.now)


def _is_kept(turn: Turn, doubt: Doubt, text: str) -> bool:
    tapped = turn.said.tap is not None
    answers = doubt.intent in FAMILY_WORDS or turn.pending in ("survey", "record", "text")
    return not (tapped or answers or len(text) > LONGEST or in_danger(text))


def _names(turn: Turn, doubt: Doubt, text: str) -> set[str]:
    plain = simplify(text).text
    known = unclear.names_in(turn.session, turn.school.id, f"{text}\n{plain}")
    if doubt.part == GUARDIAN or turn.staff is None:
        children = unclear.children_of(turn.session, [p.id for p in turn.family])
        roster = Roster.of([Known(s.id, s.name) for s in children])
        return known | set(_called(plain, roster))
    roster = roster_for(turn, turn.staff)
    return known | set(_called(plain, roster)) | set(_guessed(plain, roster)) | set(_alone(plain))


def _called(plain: str, roster: Roster) -> Iterable[str]:
    """Children by their given names; one that is also a word, such as 天天, where the reader takes it for a name."""
    yield from (given for given in roster.given if given in plain and given not in WORD_NAMES)
    yield from (m.said for m in mentions(plain, roster) if m.kind == "student")


def _guessed(plain: str, roster: Roster) -> Iterable[str]:
    """张晓明 for 张小明: a name that was written or heard wrongly is one, too."""
    words = without_times(plain)
    for at in range(len(words)):
        for length in _GUESSED:
            said = words[at : at + length]
            if len(said) == length and any(roster.alike(said)):
                yield said


def _alone(plain: str) -> Iterable[str]:
    """A name that nobody knows is found in a sentence, not by itself."""
    if len(plain) <= _AS_SHORT_AS_A_NAME:
        found = stranger(say("when.name_in_sentence", name=plain), Roster())
        yield from [found.said] if found else ()

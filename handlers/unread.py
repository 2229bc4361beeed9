"""What stood behind a template is said whole once somebody asks for it: 详情 (rulings 21, 34)."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from handlers.announce import Notice, Silence, Words, in_words
from handlers.texts import say
from handlers.turn import Say, Turn
from models.conversation import Tap
from models.cry import seen
from models.note import Note
from models.notification import OTHER, SENT, Notification

KEPT = timedelta(days=14)
WHOLE = "text"  #: the channel by which a message goes with all its words
ROOM = 400  #: characters of one answer; the rest waits for the next 详情
READ = "read"
ALERTS = ("safety.cry", "safety.visit")  #: who has read one is the one to whom it needed to come (rulings 41)


def unread(turn: Turn, priority: int = OTHER) -> Say | None:
    """What this person was told in short only, up to that priority, the most urgent first; None for nothing."""
    told = [(row, words) for row in _rows(turn, priority) if isinstance(words := _words(turn, row), Words)]
    if not told:
        return None
    texts: list[str] = []
    taps: list[Tap] = []
    for row, words in told:
        if texts and (taps or sum(map(len, texts)) + len(words.text) > ROOM):
            break  # what can be tapped belongs to the last words
        texts.append(words.text)
        taps = words.taps
        _mark(row)
        if row.kind in ALERTS:
            seen(turn.session.get_one(Note, row.subject_id), turn.now)
    if len(told) > len(texts):
        texts.append(say("unread.more", n=len(told) - len(texts)))
    return Say("\n\n".join(texts), taps)


def _rows(turn: Turn, priority: int) -> list[Notification]:
    query = sa.select(Notification).where(
        Notification.person_id.in_([p.id for p in turn.persons]),
        Notification.state == SENT,
        Notification.channel != WHOLE,
        Notification.priority <= priority,
        Notification.done_at > turn.now - KEPT,
    )
    rows = turn.session.scalars(query.order_by(Notification.priority, Notification.id))
    return [row for row in rows if READ not in row.facts]


def _words(turn: Turn, row: Notification) -> Words | Silence:
    person = next(p for p in turn.persons if p.id == row.person_id)
    words = in_words(Notice(turn.session, row, person, turn.identity, turn.now))
    if isinstance(words, Silence):
        _mark(row)
    return words


def _mark(row: Notification) -> None:
    row.facts = {**row.facts, READ: True}

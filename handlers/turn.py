"""One turn of a conversation: what somebody said, who that is, and what is said back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models.conversation import Conversation, Tap
from models.followup import FollowUp
from models.hour import SHANGHAI
from models.identity import Identity
from models.person import Person
from models.school import School
from models.standing import Standing
from models.survey import Survey
from models.visit import Visit

#: Makes a tap for whoever is spoken to: `Turn.tap` in a conversation, `Notice.tap` in an announcement.
TapMaker = Callable[..., Tap]

TAP_LIFE = timedelta(days=14)


@dataclass(frozen=True)
class Said:
    """What came over the wire, in the school's terms."""

    kind: str  #: text voice image location link video follow unfollow scan click popup permit sent other
    text: str = ""
    tap: int | None = None
    scene: str | None = None
    key: str | None = None
    location: tuple[float, float] | None = None
    media_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """Something that can be tapped, with the id that comes back."""

    id: int
    label: str


@dataclass(frozen=True)
class Answer:
    """What is said back, whole: the wire decides how the choices look."""

    text: str
    choices: tuple[Choice, ...] = ()


@dataclass
class Say:
    """What a handler says: a text and what may be tapped below it."""

    text: str
    taps: list[Tap] = field(default_factory=list)

    def finish(self, session: Session) -> Answer:
        """Gives the taps their ids."""
        Tap.offer(session, self.taps)
        return Answer(self.text, tuple(Choice(t.id, t.label) for t in self.taps))


@dataclass
class Turn:
    """The world as a handler sees it."""

    session: Session
    now: datetime
    account: str
    identity: Identity
    conversation: Conversation
    said: Said
    standings: Mapping[int, Standing] = field(default_factory=dict)  #: of her persons, as far as they were read along
    visits: list[Visit] | None = None  #: those to come of the speaker's children, once they were read
    #: questionnaires and follow-ups that the speaker had open at the turn's beginning, once they were read
    questions: list[Survey | FollowUp] | None = None
    only: Person | None = None  #: set when a tap says in which part the speaker acts
    hears: bool = False  #: whether somebody listens to voice messages on this account
    waiting: bool = False  #: set by a handler: a voice message, to be heard and then answered (rulings 38)
    fetching: bool = False  #: set by a handler: a picture that was taken is still to be fetched
    pending: str = "none"  #: what the speaker was asked last, as the reader knows it, or the word a command lacked

    @cached_property
    def memory(self) -> dict[str, Any]:
        """What is in the air; the router keeps it at the end of the turn."""
        return self.conversation.state

    @cached_property
    def persons(self) -> list[Person]:
        return [p for p in self.identity.persons if p.left_at is None]

    @cached_property
    def staff(self) -> Person | None:
        """The teacher or leader that the speaker is."""
        return next((p for p in self.persons if p.on_staff), None)

    @cached_property
    def family(self) -> list[Person]:
        """The guardians that the speaker is; one per school."""
        return [p for p in self.persons if not p.on_staff]

    @cached_property
    def standing(self) -> Standing:
        """What the speaker, as a guardian, had agreed to and owed at the turn's beginning."""
        known = [self.standings[p.id] for p in self.family if p.id in self.standings]
        others = [p.id for p in self.family if p.id not in self.standings]
        return Standing.of_all([*known, Standing.of(self.session, others)])

    @property
    def person(self) -> Person:
        return self.staff or self.family[0]

    @property
    def school(self) -> School:
        return self.person.school

    @property
    def zone(self) -> ZoneInfo:
        """The school's; somebody who is not bound yet is spoken to in China's."""
        return self.school.zone if self.persons else SHANGHAI

    def local(self, moment: datetime | None = None) -> datetime:
        """The school's wall clock."""
        return (moment or self.now).astimezone(self.zone)

    def tap(self, deed: str, label: str, subject_id: int | None = None, value: str = "", **more: int) -> Tap:
        """Something to be tapped by this speaker."""
        return new_tap(self.identity.id, self.now, deed, label, subject_id=subject_id, value=value, **more)


def new_tap(identity_id: int, now: datetime, deed: str, label: str, **what: Any) -> Tap:
    """A tap for an identity; it lives for two weeks."""
    return Tap(identity_id=identity_id, deed=deed, label=label[:60], expires_at=now + TAP_LIFE, **what)


def listed(taps: Sequence[Tap]) -> list[int]:
    """The ids in the order shown, so that a typed number finds its item."""
    return [t.id for t in taps]

"""What is due to be said: looked at once more, put into words, or left unsaid with a reason (rel.I12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.registry import GUARDIAN, TEACHER
from handlers.texts import speaking_for
from handlers.turn import Choice, new_tap
from models import ahead
from models.audience import outside_pilot
from models.companion import Companion
from models.consent import VISITS
from models.conversation import Conversation, Tap
from models.handover import Handover
from models.identity import Identity
from models.note import Note
from models.notification import Notification, Owed, owe
from models.person import Person
from models.school import School, SchoolClass
from models.student import Guardianship, Student
from models.visit import Visit


@dataclass(frozen=True)
class Spoken:
    """A message ready to go: whole in words, and as facts for a template of the kind's topic."""

    kind: str
    text: str
    choices: tuple[Choice, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Silence:
    """It is no longer true, or nobody may hear it; the outbox keeps the reason."""

    reason: str


#: In the place of every tap that nobody will see.
_UNSEEN = Tap()


@dataclass
class Notice:
    """What a composer sees: the row, who hears it, and how to make taps for them."""

    session: Session
    row: Notification
    person: Person
    identity: Identity | None
    now: datetime
    tappable: bool = True  #: a template shows nothing to tap
    _visit: Visit | None = field(default=None, init=False)

    @property
    def is_read(self) -> bool:
        """Whether anybody will see the words: of a template only the fields are shown."""
        return self.tappable or self.identity is None

    def tap(self, deed: str, label: str, **what: object) -> Tap:
        """Something to be tapped by who hears it."""
        if not self.tappable:
            return _UNSEEN
        return new_tap(self.identity.id if self.identity else 0, self.now, deed, label, **what)

    def visit(self) -> Visit:
        """The visit the row speaks of."""
        if self._visit is None:
            self._visit = self.session.get_one(Visit, self.row.subject_id)
        return self._visit


@dataclass
class Words:
    """What a composer says."""

    text: str
    template: str  #: the topic of the template that can carry it
    fields: Mapping[str, str]
    taps: list[Tap] = field(default_factory=list)
    student: Student | None = None  #: of whom it speaks, so that consent can be looked at


#: The kinds whose subject is a visit.
_OF_VISITS = ("visit.", "offer.", "reminder.", "presence.", "record.reminder")

Composer = Callable[[Notice], Words | Silence]

_composers: dict[str, Composer] = {}


def composes(*kinds: str) -> Callable[[Composer], Composer]:
    """Registers who puts these kinds of messages into words."""

    def register(function: Composer) -> Composer:
        for kind in kinds:
            if kind in _composers:
                raise ValueError(f"two composers for {kind}")
            _composers[kind] = function
        return function

    return register


def read_ahead(session: Session, rows: Sequence[Notification]) -> list[Visit]:
    """What a round of rows speaks of, in few questions; whoever keeps the answer spares `compose` its own."""
    ids = {row.subject_id for row in rows if row.kind.startswith(_OF_VISITS)}
    if not ids:
        return []
    visits: list[Visit] = ahead.those(session, Visit, "id", ids)
    ahead.one_each(session, visits, ("student", "student_id"), Student)
    children = list(dict.fromkeys(visit.student for visit in visits))
    ahead.one_each(session, [*visits, *children], ("school", "school_id"), School)
    ahead.one_each(session, children, ("school_class", "class_id"), SchoolClass)
    ahead.one_each(session, visits, ("teacher", "teacher_id"), Person)
    ahead.many_each(session, visits, ("companions", "visit_id"), Companion)
    ahead.many_each(session, children, ("guardianships", "student_id"), Guardianship, order="rank")
    ties, people = (tie for child in children for tie in child.guardianships), {row.person_id for row in rows}
    Guardianship.read_agreed(session, (tie for tie in ties if tie.person_id in people))
    return visits


def compose(session: Session, row: Notification, identity: Identity | None, now: datetime) -> Spoken | Silence:
    """The message as it should be said now, or why it should not be said at all."""
    from handlers import announcements  # noqa: F401 - fills the table; they import this module

    person = session.get(Person, row.person_id)
    if person is None or person.left_at is not None:
        return Silence("person_left")
    tappable = identity is not None and identity.window(now) is not None
    notice = Notice(session, row, person, identity, now, tappable)
    with speaking_for(person.school.key):
        words = in_words(notice)
        return words if isinstance(words, Silence) else _spoken(notice, words)


def in_words(notice: Notice) -> Words | Silence:
    """What the row says now to who may still hear it."""
    from handlers import announcements  # noqa: F401 - as above

    words = _composers[notice.row.kind](notice)
    if isinstance(words, Words) and words.student is not None and not notice.person.on_staff:
        silent = _may_not_hear(notice.person, words.student)
        return Silence(silent) if silent else words
    return words


def _may_not_hear(person: Person, student: Student) -> str | None:
    tie = next((tie for tie in student.guardianships if tie.person_id == person.id and not tie.muted), None)
    if tie is None:
        return "not_told"
    if outside_pilot(student):
        return "not_in_pilot"
    if not tie.agreed(VISITS):
        return "no_consent"
    return "stopped" if person.stopped_at else None


def _spoken(notice: Notice, words: Words) -> Spoken:
    identity, taps = notice.identity, words.taps
    if identity is None or not notice.tappable:
        return Spoken(words.template, words.text, (), words.fields)
    Tap.offer(notice.session, taps)
    _remember(notice, identity, taps)
    return Spoken(words.template, words.text, tuple(Choice(t.id, t.label) for t in taps), words.fields)


def _remember(notice: Notice, identity: Identity, taps: list[Tap]) -> None:
    """A typed number means the list that was seen last."""
    conversation = Conversation.of(notice.session, identity.id, notice.now)
    state = conversation.state
    state["part"] = TEACHER if notice.person.on_staff else GUARDIAN
    if taps:
        state["list"] = [t.id for t in taps]
        if "draft" in state:
            state["draft"]["overtaken"] = True
    conversation.keep(state, notice.now)


def unreachable(session: Session, row: Notification, now: datetime) -> None:
    """No channel is left for a guardian: the visit's teacher is asked to telephone, once a visit step."""
    if row.kind in ("companion.asked", "companion.asked_all"):
        _ask_in_person(session, row, now)
    if row.kind == "handover.asked":
        request = session.get_one(Handover, row.subject_id)
        owe(session, [Owed(row.school_id, "handover.unreached", request.id, request.by_id, now)], now)
    if not row.kind.startswith(("visit.", "offer.", "reminder.", "note.reply")) or row.kind == "visit.telephone":
        return
    note = session.get(Note, row.subject_id) if row.kind == "note.reply" else None
    visit = session.get(Visit, note.visit_id if note else row.subject_id)
    if visit is None or visit.teacher_id == row.person_id:
        return
    facts = {"person": row.person_id, "kind": row.kind}
    task = Owed(visit.school_id, "visit.telephone", visit.id, visit.teacher_id, now, round=visit.steps, facts=facts)
    owe(session, [task], now)


def _ask_in_person(session: Session, row: Notification, now: datetime) -> None:
    visit = session.get(Visit, row.subject_id)
    if visit is not None:
        facts = {"by": row.person_id}
        task = Owed(visit.school_id, "company.unreached", visit.id, visit.teacher_id, now, visit.steps, facts=facts)
        owe(session, [replace(task, slot=str(row.person_id))], now)

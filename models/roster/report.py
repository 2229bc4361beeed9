"""What an import of the roster would change or has changed, for the school's administrator."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.person import Person
from models.roster.lines import Fault
from models.student import Student


@dataclass(frozen=True)
class Change:
    """One student or member of the staff; `what` names the fields that differ."""

    kind: str  #: "student" or "teacher"
    name: str
    number: str | None
    class_name: str = ""
    what: tuple[str, ...] = ()
    before: str = ""  #: the class that a student is moved out of


@dataclass
class RosterReport:
    """Who comes, who changes, who goes, and what could not be read."""

    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    returned: list[Change] = field(default_factory=list)
    left: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)  #: classes that are new to the school
    emptied: list[str] = field(default_factory=list)  #: classes whose last student goes to another
    guardians: int = 0  #: guardians new to the school
    same: int = 0  #: lines that change nothing
    too_many_leave: bool = False

    def enter(self, change: Change, known: Student | Person | None) -> bool:
        """Enters a line as new, returned or changed; False for one that changes nothing."""
        if known is None:
            self.added.append(change)
        elif known.left_at is not None:
            self.returned.append(change)
        elif change.what:
            self.changed.append(change)
        else:
            self.same += 1
            return False
        return True

    @property
    def moved(self) -> int:
        """How many students go to another class; their visits and records go with them."""
        return sum(bool(change.before) for change in (*self.changed, *self.returned))

    @property
    def errors(self) -> list[Fault]:
        """The rows that are left out."""
        return [f for f in self.faults if f.error]

    @property
    def changes(self) -> int:
        """How many lines change something; 0 for the second import of the same file."""
        return len(self.added) + len(self.changed) + len(self.returned) + len(self.left) + len(self.classes)

    @property
    def needs_confirmation(self) -> bool:
        """Whether a person has to say yes: rows are left out, or unusually many would leave."""
        return self.too_many_leave or bool(self.errors)


def too_many(leaving: int, present: int, percent: int) -> bool:
    """Whether that many leavers are worth a question (rulings 40)."""
    return leaving * 100 > present * percent

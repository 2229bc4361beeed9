"""Which person a guardian's line means: one telephone and one name are one person for all siblings (rulings 31)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models import sealed
from models.person import Person
from models.roster.lines import GuardianLine, StudentLine
from models.roster.present import Pair, Present
from models.student import Guardianship, Student


@dataclass
class Bond:
    """One guardian of one student as the roster wants it."""

    person: Person  #: one that the school knows, or a new one that no session holds yet
    line: GuardianLine
    rank: int
    corrected: bool = False  #: the name or the telephone is another one now; the line has both

    def same(self, bond: Guardianship) -> bool:
        """Whether the school has it so already."""
        muted = bond.muted if self.line.muted is None else self.line.muted
        return (bond.relation, bond.rank, bond.muted) == (self.line.relation, self.rank, muted)


class Families:
    """Finds the persons behind the guardians' lines of one roster."""

    def __init__(self, present: Present, lines: Iterable[StudentLine]) -> None:
        self._school = present.school
        self._known: dict[Pair, Person] = dict(present.guardians)
        self._marks: dict[str, str] = {}
        self._named = {self._pair(g) for line in lines for g in line.guardians}
        self.new: list[Person] = []

    def bonds(self, line: StudentLine, student: Student | None) -> list[Bond]:
        """The guardians of one student; a person named twice stands once."""
        bonds: dict[int, Bond] = {}
        for guardian in line.guardians:
            person, corrected = self._person(guardian, student)
            bonds.setdefault(id(person), Bond(person, guardian, len(bonds), corrected))
        return list(bonds.values())

    def related(self, line: StudentLine, student: Student) -> bool:
        """Whether the line and the student have a guardian in common, or one side names none."""
        if not line.guardians or not student.guardianships:
            return True
        names = {b.person.name for b in student.guardianships}
        marks = {b.person.phone_mark for b in student.guardianships if b.person.phone_mark}
        return any(g.name in names or self._pair(g)[1] in marks for g in line.guardians)

    def _person(self, line: GuardianLine, student: Student | None) -> tuple[Person, bool]:
        pair = self._pair(line)
        if pair in self._known:
            return self._known[pair], False
        person = self._corrected(line, pair[1], student)
        corrected = person is not None and (person.name != line.name or bool(pair[1]))
        if person is None:
            person = Person.new(self._school, line.name, phone=line.phone)
            self.new.append(person)
        if pair[1]:
            self._known[pair] = person
        return person, corrected

    def _corrected(self, line: GuardianLine, mark: str, student: Student | None) -> Person | None:
        """A guardian of this student who had another telephone or another spelling until now."""
        for bond in student.guardianships if student else ():
            person = bond.person
            if mark and person.phone_mark and (person.name, person.phone_mark) in self._named:
                continue  # the file has that one, too, as somebody else
            renamed = bool(mark) and person.phone_mark == mark and bond.relation == line.relation
            if person.name == line.name or renamed:
                return person
        return None

    def _pair(self, line: GuardianLine) -> Pair:
        if not line.phone:
            return line.name, ""
        if line.phone not in self._marks:
            self._marks[line.phone] = sealed.phone_mark(line.phone)
        return line.name, self._marks[line.phone]

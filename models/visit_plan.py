"""What a teacher means to propose, before anybody else has heard of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from models import hours
from models.errors import Refused
from models.person import Person
from models.student import Student
from models.visit_hours import teacher_spans
from models.visit_life import AT_HOME, LETTER


@dataclass(frozen=True)
class Plan:
    """One visit that is not yet a row."""

    teacher: Person
    student: Student
    starts_at: datetime
    form: str = AT_HOME
    purpose: str = ""
    urgent: bool = False
    companions: tuple[Person, ...] = ()
    guests: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    reason: str = ""
    invited: tuple[Person, ...] = ()  #: guardians at a round table (B11)
    more: tuple[datetime, ...] = ()  #: further times for the family to choose from
    siblings: tuple[Student, ...] = ()  #: brothers and sisters who are visited with the student

    @property
    def students(self) -> tuple[Student, ...]:
        return (self.student, *self.siblings)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.student.school.policy.minutes(self.form))

    @property
    def starts(self) -> list[datetime]:
        """All times that are put to the family, soonest first."""
        return sorted({self.starts_at, *self.more})

    def check(self, now: datetime) -> None:
        """Who may, whom, and when: teachers within their reach, for a time to come."""
        if not self.teacher.teaches and not self.teacher.leads:
            raise Refused("not_a_teacher")
        for student in self.students:
            if not student.in_reach_of(self.teacher) or student.left_at is not None:
                raise Refused("not_your_student", student=student.name)
        if not all(self.student.lives_with(sibling) for sibling in self.siblings):
            raise Refused("not_siblings")
        if any(not p.on_staff or p.school_id != self.teacher.school_id for p in self.companions):
            raise Refused("not_a_colleague")
        if self.form != LETTER and min(self.starts) <= now:
            raise Refused("time_past")

    def spans(self) -> list[hours.Span]:
        """The hours the proposal would hold."""
        gap = timedelta(minutes=self.student.school.policy.travel_gap_minutes)
        length, who = self.ends_at - self.starts_at, (self.teacher, *self.companions)
        times = [(start, start + length, self.form) for start in self.starts]
        return [span for time in times for person in who for span in teacher_spans(person.id, *time, gap)]

"""Who may dispose of a visit: its teacher, the class's homeroom teacher, and who leads the grade or the school."""

from __future__ import annotations

from models.person import HOMEROOM, LEADERS, Person
from models.visit import Visit


def in_charge(person: Person, visit: Visit) -> bool:
    """One's own visit, one of one's homeroom class, or of a grade or school that one leads."""
    if visit.school_id != person.school_id:
        return False
    return visit.teacher_id == person.id or any(
        (r.name == HOMEROOM and r.class_id == student.class_id)
        or (r.name in LEADERS and r.grade in (None, student.school_class.grade))
        for r in person.roles
        for student in visit.students
    )

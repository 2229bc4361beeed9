"""Which talk outline (访谈提纲) fits a student: the teacher's choice, else what the roster says (Q5)."""

from __future__ import annotations

from models.visit import Visit

TOP, MIDDLE, CARE = "top", "middle", "care"  #: 学优, 中等潜能, 特殊关爱
KINDS = (TOP, MIDDLE, CARE)


def kind_of(visit: Visit) -> str:
    """What the teacher has chosen for this visit; else care where a child is a key student, and the middle."""
    return visit.outline or (CARE if any(child.is_key for child in visit.students) else MIDDLE)

"""The step into the next school year in words: which class becomes which, who leaves, what the office should know."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.booking import visit_facts
from handlers.class_name import grade_above, grade_name, last_grades, risen, stage
from handlers.texts import say
from models import rollover
from models.errors import Refused
from models.hour import local
from models.rollover import Rollover, Step
from models.school import School, SchoolClass
from models.visit import Visit

#: Of a school's teachers and visits the report names so many; the figures are whole.
MOST_LINES = 40


def planned(session: Session, school: School, now: datetime, leaving: Collection[str] = ()) -> Rollover:
    """What the step would do; `leaving` names the grades that leave where they are not the usual ones."""
    year = rollover.year_meant(school, local(now, school.zone).date())
    if rollover.rolled(session, school, year):
        raise Refused("year_rolled", year=year)
    classes = rollover.open_classes(session, school)
    last = _leaving({c.grade for c in classes}, leaving)
    steps = [step for c in classes if (step := _step(c, last, year))]
    known = {step.school_class.id for step in steps}
    grades = {c.grade: "" if c.grade in last else grade_above(c.grade) for c in classes if c.id in known}
    plan = Rollover(year, steps, [c for c in classes if c.id not in known], grades)
    rollover.look_up(session, school, plan, now)
    return plan


def _leaving(grades: set[str], said: Collection[str]) -> set[str]:
    named = {grade_name(text) or text for text in said}
    unknown = named - grades
    if unknown:
        raise Refused("year_no_grade", grade=min(unknown), known="、".join(sorted(grades)))
    stages = {stage(grade) for grade in named}
    return named | {grade for grade in last_grades(grades) if stage(grade) not in stages}


def _step(school_class: SchoolClass, last: set[str], year: int) -> Step | None:
    if school_class.grade in last:
        label = say("year.leavers", year=year)
        return Step(school_class, label + school_class.name, label, leaves=True)
    found = risen(school_class.name, school_class.grade)
    return Step(school_class, found.name, found.grade) if found else None


def lines(plan: Rollover, pilot: Collection[str] = ()) -> Iterator[str]:
    """The report: classes first, then people, then what wants a person's eye."""
    yield say("year.head", first=plan.year, second=plan.year + 1)
    for step in plan.steps:
        count = plan.sizes.get(step.school_class.id, 0)
        key = "year.closes" if step.leaves else "year.rises"
        yield say(key, before=step.school_class.name, after=step.name, count=count)
    yield from (say("year.unclear", name=c.name, grade=c.grade) for c in plan.unclear)
    for person, before, after in plan.heads:
        key = "year.head_rises" if after else "year.head_ends"
        yield say(key, name=person.name, before=before, after=after)
    yield from _cut([say("year.without", name=p.name) for p in plan.without])
    yield from _cut([_visit(visit) for visit in plan.visits])
    gone = sum(plan.sizes.get(class_id, 0) for class_id in plan.leaving)
    yield say("year.total", rise=len(plan.steps) - len(plan.leaving), leave=len(plan.leaving), gone=gone)
    if plan.imported:
        yield say("year.imported")
    if pilot:
        yield say("year.pilot", names="、".join(pilot))


def _visit(visit: Visit) -> str:
    return say("year.visit", state=say(f"state.{visit.state}"), **visit_facts(visit))


def _cut(texts: list[str]) -> Iterator[str]:
    yield from texts[:MOST_LINES]
    if len(texts) > MOST_LINES:
        yield say("year.more", count=len(texts) - MOST_LINES)


def refused(no: Refused) -> str:
    """Why nothing was done."""
    return say(f"year.{no.code}", **no.facts)

"""Figures and names of what is owed, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers.class_name import grade_name
from handlers.texts import say
from models.coverage import NOTHING, Figures, Period, Standing
from models.person import Person
from models.school import School
from models.share import share

_GRADE = re.compile("[一二三四五六七八九1-9]年级|[初高][一二三]|[大中小托]班")


def grade_said(text: str) -> str:
    """The grade that the words name, in the one spelling; empty when they name none."""
    found = _GRADE.search(text)
    return grade_name(found[0]) if found else ""


def head(title: str, period: Period) -> str:
    return say("coverage.head", title=title, term=period.term.name)


def figures_of(school: School, found: Figures) -> list[str]:
    """The figures of a class, or of many."""
    policy = school.policy
    facts = vars(found) | {"percent": found.percent, "years": policy.home_every_years}
    lines = [say(f"coverage.{name}", **facts) for name in ("visited", "begun", "at_home", "contacted")]
    if found.key_pupils:
        lines.append(say("coverage.key", times=policy.key_visits, home=policy.key_home_visits, **facts))
    return lines


def line(name: str, found: Figures) -> str:
    """One class among several."""
    return say("coverage.line", name=name, percent=found.percent, **vars(found))


def share_of(session: Session, period: Period, person: Person) -> list[str]:
    """What a subject teacher has visited of her students, and what she should (P6)."""
    found = share(session, period, person)
    return [say("coverage.share", percent=person.school.policy.subject_share_percent, **vars(found))] if found else []


def names(owed: Sequence[Standing], many: int, begin: int) -> str:
    """The names still owed, each with how far it has come."""
    told = say("list.and").join(_name(standing) for standing in owed)
    if not begin and len(owed) == many:
        return say("coverage.names", n=many, names=told)
    return say("coverage.names_from", n=many, first=begin + 1, last=begin + len(owed), names=told)


def _name(standing: Standing) -> str:
    return standing.name + (say(f"coverage.mark_{standing.state}") if standing.state != NOTHING else "")

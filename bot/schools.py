"""The schools that the configuration names: what each has set, and its row."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.config import Config
from handlers.texts import use_sentences
from models.school import School, use_calendar, use_pilot, use_policy


def use(config: Config) -> None:
    """Gives this process what each school has set for itself: numbers, calendar, sentences, pilot classes."""
    for school in config.school.values():
        use_policy(school.key, school.policy)
        use_calendar(school.key, school.days)
        use_sentences(school.key, school.sentences)
        use_pilot(school.key, school.pilot_classes)


def settle(session: Session, config: Config) -> None:
    """Adds each school that has no row yet and brings names and accounts to what is configured."""
    rows = {row.key: row for row in session.scalars(sa.select(School))}
    for key, named in config.school.items():
        row = rows.get(key)
        if row is None:
            row = School(key=key)
            session.add(row)
        row.name, row.account, row.timezone = named.name, named.account, named.timezone

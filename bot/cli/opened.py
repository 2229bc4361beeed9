"""What a command needs that works on the school's rows: key, policy, database, clock, and which school is meant."""

from __future__ import annotations

from dataclasses import dataclass

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot import config as configuration
from bot.clock import Clock
from bot.keys import master_key
from bot.schools import settle, use
from models.base import Sessions, make_engine, sessions
from models.school import School
from models.sealed import use_master_key


@dataclass(frozen=True)
class Opened:
    """An open school."""

    config: configuration.Config
    sessions: Sessions
    clock: Clock
    settings: configuration.School

    def school(self, session: Session) -> School | None:
        """The school's row, once there is one."""
        return session.scalars(sa.select(School).where(School.key == self.settings.key)).one_or_none()

    def known_school(self, session: Session) -> School:
        """The school's row; a command that needs people says where they come from."""
        school = self.school(session)
        if school is None:
            raise click.ClickException(f"{self.settings.key}: no roster yet; `jiafang roster import FILE` brings it")
        return school

    def settled_school(self, session: Session) -> School:
        """The school's row, made from the configuration when there is none."""
        settle(session, self.config)
        session.flush()
        return self.known_school(session)


def opened(key: str | None = None) -> Opened:
    """Opens the school with that key in the configuration; without a key the only one."""
    config = configuration.load()
    if key is None and len(config.school) > 1:
        raise click.UsageError(f"--school is needed: one of {', '.join(config.school)}")
    settings = config.school.get(key or next(iter(config.school)))
    if settings is None:
        raise click.UsageError(f"--school {key}: the configuration has {', '.join(config.school)}")
    use_master_key(master_key(config))
    use(config)
    factory = sessions(make_engine(config.database_url))
    return Opened(config, factory, Clock(factory if config.sandbox.enabled else None), settings)

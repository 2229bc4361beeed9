"""A photo that a teacher adds to a record: it is kept once, whatever happens while it is fetched."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from models.base import reading, writing
from models.history import History
from models.photo import Photo
from models.visit import Visit
from tests.faults.story import TEACHER
from tests.faults.town import Town


@dataclass
class Snapshot:
    """Of the visit that was lived last."""

    town: Town
    row: int = 0

    def take(self) -> None:
        """The teacher sends it, it becomes part of a record, and everything comes to rest."""
        openid = self.town.openid(TEACHER)
        self.town.platform.image(openid)
        medium = [m.media for m in self.town.platform.messages(openid) if m.media][-1]
        with writing(self.town.world.sessions, 30) as session:
            visit = session.scalars(sa.select(Visit).order_by(Visit.id.desc()).limit(1)).one()
            photo = Photo.add(session, visit, visit.student, visit.teacher_id, medium, self.town.now())
            self.row = photo.id
        self.town.rest()

    def check(self) -> None:
        """Kept, and once."""
        with reading(self.town.world.sessions) as session:
            photo = session.get_one(Photo, self.row)
            verbs = sa.select(History.verb).where(History.subject == "photo", History.subject_id == self.row)
            assert list(session.scalars(verbs.order_by(History.id))) == ["add", "keep"]
            assert photo.data()
            assert (photo.removed_at, photo.medium_sealed, photo.lease_until) == (None, None, None)

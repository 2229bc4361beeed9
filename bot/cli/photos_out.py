"""Writes the photos of a visit's record into a folder, and writes down who read them and why (rulings 20)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from models import history
from models.photo import Photo
from models.picture import JPEG
from models.visit import Visit

GROUP = "photo"


def write_photos(session: Session, visits: Sequence[Visit], folder: Path, reason: str, now: datetime) -> None:
    """Each under the numbers of visit, student and photo; for the owner of the folder alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for visit in visits:
        for student in visit.students:
            photos = Photo.of_record(session, visit.id, student.id)
            if photos:
                history.read(session, None, student, GROUP, now, reason)
            for photo in photos:
                _write(folder, photo)


def _write(folder: Path, photo: Photo) -> None:
    data = photo.data()
    if data is None:
        return
    ending = "jpg" if photo.content_type == JPEG else "png"
    path = folder / f"{photo.visit_id}-{photo.student_id}-{photo.id}.{ending}"
    path.touch(mode=0o600)
    path.write_bytes(data)

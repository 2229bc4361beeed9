"""Tells a teacher that a photo did not get into the record, so that it is sent again (R3)."""

from __future__ import annotations

from handlers.announce import Notice, Silence, Words, composes
from handlers.texts import say
from models.photo import Photo


@composes("photo.lost")
def lost(notice: Notice) -> Words | Silence:
    """Which child's, and whether sending it again can help."""
    photo = notice.session.get(Photo, notice.row.subject_id)
    if photo is None:
        return Silence("gone")
    key = "photo.not_a_picture" if notice.row.facts.get("why") == "kind" else "photo.lost"
    # It answers the open chat; no template carries it.
    return Words(say(key, student=photo.student.name), "photo", {})

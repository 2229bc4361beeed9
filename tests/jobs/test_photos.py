"""Photos of a record: fetched once, sealed, given up politely, and read only with a reason (R3, R4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.cli.photos_out import write_photos
from bot.config import Account, Config
from bot.sandbox.media import draw_picture
from bot.wechat.client import WeChat
from jobs import photos
from jobs.context import World
from jobs.fetching import TRIES
from models.base import Sessions, writing
from models.errors import Refused
from models.history import History, ReadLog
from models.notification import Notification
from models.photo import MOST, Photo
from models.visit import Visit
from tests import cast
from tests.cast import at
from tests.fake_wechat import FakeWeChat

NOW = at("11-27 17:00")
PICTURE = draw_picture(4)
AWAY = {"errcode": -1, "errmsg": "system error"}
GONE = {"errcode": 40007, "errmsg": "invalid media_id"}


class Clock:
    def now(self) -> datetime:
        return NOW


class House:
    """A visit whose record waits, and one photo of it at the platform."""

    def __init__(self, sessions: Sessions, fake: FakeWeChat, folder: Path) -> None:
        self.sessions, self.fake = sessions, fake
        account = Account(name="demo", appid="wxsandbox01", secret="s" * 16, token="t" * 16, api_base=fake.url)
        with writing(sessions) as session:
            people = cast.enter(session)
            visit = people.held("11-27 16:00", "11-27 16:40")
            self.visit, self.wang = visit.id, people.wang.id
            Photo.add(session, visit, visit.student, people.wang.id, "m1", NOW)
            session.execute(sa.delete(Notification))
        self.world = World(
            Config(folder / "c.toml", folder, folder, wechat={"demo": account}),
            sessions, Clock(), {"demo": WeChat(account, None, deadline=1.0)}, concurrency=1,
        )  # fmt: skip

    def fetch(self, *answers: Any) -> None:
        """As often as there are answers, without the pauses."""
        for answer in answers:
            self.fake.answers.append(answer)
            photos.keep(self.world)
            with writing(self.sessions) as session:
                session.execute(sa.update(Photo).values(lease_until=datetime.now(UTC) - timedelta(seconds=1)))

    def rows(self, model: type) -> list[Any]:
        with self.sessions() as session:
            return list(session.scalars(sa.select(model).order_by(model.id)))

    def told(self) -> list[tuple[str, int, Any]]:
        return [(n.kind, n.person_id, n.facts.get("why")) for n in self.rows(Notification)]


@pytest.fixture
def house(sessions: Sessions, tmp_path: Path) -> Iterator[House]:
    fake = FakeWeChat()
    yield House(sessions, fake, tmp_path)
    fake.close()


@pytest.mark.rule("R3")
def test_a_photo_is_fetched_once_and_lies_sealed(house: House) -> None:
    house.fetch(AWAY, PICTURE)
    photos.keep(house.world)
    (row,) = house.rows(Photo)
    assert (row.content_type, row.medium_sealed, row.removed_at) == ("image/png", None, None)
    assert PICTURE[:8] not in row.bytes_sealed
    assert sum("media/get" in path for path, _, _ in house.fake.calls) == 2
    assert house.told() == []


@pytest.mark.rule("R3")
@pytest.mark.parametrize(
    ("answers", "why"), [([AWAY] * TRIES, "lost"), ([GONE], "lost"), ([b"GIF89a"], "kind"), ([PICTURE[:-1]], "kind")]
)
def test_what_can_not_be_had_is_no_part_of_the_record_and_the_teacher_is_told(
    house: House, answers: list[Any], why: str
) -> None:
    house.fetch(*answers)
    (row,) = house.rows(Photo)
    assert (row.bytes_sealed, row.medium_sealed, row.removed_at) == (None, None, NOW)
    assert house.told() == [("photo.lost", house.wang, why)]


@pytest.mark.rule("R4")
def test_a_photo_that_is_taken_out_stays_sealed_and_is_written_down(house: House) -> None:
    house.fetch(PICTURE)
    with writing(house.sessions) as session:
        Photo.last_of(session, house.wang).remove(session, house.wang, NOW)
    (row,) = house.rows(Photo)
    assert (row.bytes_sealed is not None, row.removed_at) == (True, NOW)
    assert [h.verb for h in house.rows(History) if h.subject == "photo"] == ["add", "keep", "remove"]


@pytest.mark.rule("R3")
def test_a_record_has_nine_photos_at_most(house: House) -> None:
    with writing(house.sessions) as session:
        visit = session.get_one(Visit, house.visit)
        for n in range(MOST - 1):
            Photo.add(session, visit, visit.student, house.wang, f"more{n}", NOW)
        with pytest.raises(Refused, match="photos_enough"):
            Photo.add(session, visit, visit.student, house.wang, "tenth", NOW)


@pytest.mark.rule("rulings.20")
def test_who_reads_the_photos_is_written_down(house: House, tmp_path: Path) -> None:
    house.fetch(PICTURE)
    with writing(house.sessions) as session:
        write_photos(session, [session.get_one(Visit, house.visit)], tmp_path / "out", "家长要求", NOW)
    (path,) = (tmp_path / "out").iterdir()
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (PICTURE, 0o600)
    assert [(r.group, r.reason) for r in house.rows(ReadLog)] == [("photo", "家长要求")]

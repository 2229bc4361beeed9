"""A school's calendar in a file: read whole, or refused with one line that says where."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.calendar_file import read_calendar
from bot.config import Config, ConfigError, School, load
from bot.doctor import calendars
from models.calendar import Calendar
from models.term import Term

AUTUMN = '[[term]]\nname = "秋"\nfirst = 2026-08-31\nlast = 2027-01-22\n'


def test_the_example_is_a_calendar() -> None:
    found = read_calendar(Path("calendar.example.toml"), "example")
    assert [term.first for term in found.terms] == [date(2026, 8, 31), date(2027, 2, 22)]
    assert found.days == {date(2026, 11, 5): True, date(2026, 11, 6): True, date(2026, 10, 10): False}
    assert found.exam(date(2026, 11, 11)) == "期中考试"
    assert not found.exam(date(2026, 11, 12))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("terms = 3", "terms: unknown key"),
        ('[[term]]\nname = "秋"\nfrist = 2026-08-31', "[[term]] 1 frist: unknown key; did you mean first?"),
        ('[[term]]\nname = "秋"\nfirst = 2026-08-31', "[[term]] 1 last: is missing"),
        ('[[term]]\nname = "秋"\nfirst = "8月31日"\nlast = 2027-01-22', "[[term]] 1 first: must be a day such as"),
        ('[[term]]\nname = "秋"\nfirst = 2026-02-30\nlast = 2027-01-22', "calendar.toml: "),
        ('[[term]]\nname = "秋"\nfirst = 2027-01-22\nlast = 2026-08-31', "ends (2026-08-31) before it begins"),
        ('[[term]]\nname = "秋"\nfirst = 2026-08-31\nlast = 2027-08-22', "is the year right?"),
        (AUTUMN + '[[term]]\nname = "春"\nfirst = 2027-01-20\nlast = 2027-07-01', "秋 (2027-01-22) and 春"),
        ('workdays = ["周六"]', "workdays: must be days such as"),
        (
            'workdays = [2026-11-05]\n[[holiday]]\nname = "运动会"\nfirst = 2026-11-05\nlast = 2026-11-06',
            "workdays: 2026-11-05 is a holiday, too",
        ),
        ("term = 3", "term: must be written [[term]]"),
    ],
)
def test_a_mistake_in_the_calendar_is_one_line(tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "calendar.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as broken:
        read_calendar(path, "[school.main] calendar")
    assert line in str(broken.value)
    assert str(broken.value).startswith("[school.main] calendar: calendar.toml: ")
    assert "\n" not in str(broken.value)


@pytest.mark.rule("rulings.35")
def test_each_school_has_its_own_calendar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JIAFANG_CONFIG", raising=False)
    config = tmp_path / "config.toml"
    sandbox = Path("bot/sandbox/sandbox.toml").read_text(encoding="utf-8")
    config.write_text(sandbox + '[school.told]\nname = "B"\naccount = "demo"\ncalendar = "my.toml"\n', encoding="utf-8")
    (tmp_path / "my.toml").write_text(AUTUMN, encoding="utf-8")
    schools = load(config).school
    assert [term.name for term in schools["told"].days.terms] == ["秋"]
    assert not any(school.days.terms for key, school in schools.items() if key != "told")
    (tmp_path / "my.toml").unlink()
    with pytest.raises(ConfigError, match=r"config.toml: \[school.told\] calendar: cannot read .*my.toml"):
        load(config)


@pytest.mark.parametrize(
    ("begins", "ends", "line"),
    [
        (-100, 40, "ok    calendar    main: my.toml"),
        (-100, 29, "warn  calendar    main: my.toml ends on"),
        (-100, -1, "warn  calendar    main: my.toml ended on"),
        (1, 100, "warn  calendar    main: my.toml has no term for today"),
    ],
)
def test_the_doctor_says_when_a_calendar_is_about_to_end(begins: int, ends: int, line: str) -> None:
    today = datetime.now(UTC).date()
    day = timedelta(days=1)
    term = Term("今", today + day * begins, today + day * ends)
    holidays = Calendar((term,), workdays=(today + day * 60,))
    config = Config(Path(), Path(), Path(), school={"main": School("main", calendar="my.toml", days=holidays)})
    assert next(calendars(config)).line.startswith(line)

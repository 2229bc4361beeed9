"""A school's own sentences: taken where they fit, else refused with one line that says where."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.sentences_file import read_sentences
from bot.tables import ConfigError
from handlers.announce import Spoken, compose
from handlers.texts import say, use_sentences
from models import telling
from models.notification import Notification
from tests.cast import Cast, at, enter
from tests.handlers.talk import Talk

WELCOME = '[bind]\nhint = "请先绑定实验小学。"\n'


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "my_texts.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_only_what_differs_need_stand_in_it(tmp_path: Path) -> None:
    assert read_sentences(written(tmp_path, WELCOME), "texts") == {"bind.hint": "请先绑定实验小学。"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[bind]\nhnit = "x"', "bind.hnit: there is no such sentence"),
        ('hint = "x"', "hint: must stand in a table"),
        ("[bind]\nhint = 3", "bind.hint: must be text"),
        ('[bind]\nhint = " "', "bind.hint: must be text"),
        ('[bind]\nhint = "请找{who}"', "bind.hint: must have the same facts: none"),
        ('[bind]\nundone = "已解除"', "bind.undone: must have the same facts: {relation}, {student}"),
        ('[bind]\nhint = "请{"', "bind.hint: its braces are wrong"),
        ('[when]\nweekdays = "一二三"', "when.weekdays: is no sentence that a school may change"),
        ('[survey]\nshort_answers = "好"', "is no sentence that a school may change"),
        ('[bind]\nhint = "' + "长" * 601 + '"', "bind.hint: is longer than"),
        ("[bind", "my_texts.toml: "),
    ],
)
def test_a_mistake_in_it_is_one_line(tmp_path: Path, text: str, line: str) -> None:
    with pytest.raises(ConfigError) as broken:
        read_sentences(written(tmp_path, text), "[school.main] texts")
    assert line in str(broken.value)
    assert "\n" not in str(broken.value)


@pytest.fixture
def people(session: sa.orm.Session) -> Iterator[Cast]:
    cast = enter(session)
    use_sentences(cast.school.key, {"many.office": "本校办公室", "bind.unbind_shown": "真的要走吗？"})
    yield cast
    use_sentences(cast.school.key, {})


@pytest.mark.rule("rulings.35")
def test_a_school_answers_and_tells_in_its_own_words_and_another_in_the_usual_ones(people: Cast) -> None:
    talk = Talk(people.session, at("11-23 08:05"))
    assert talk.says(people.wang, "解绑").startswith("真的要走吗？")
    visit = people.visit("11-28 15:00")
    visit.withdraw(people.session, people.by_teacher, at("11-23 08:05"))
    telling.tell_teacher(people.session, visit, "visit.called_off", at("11-23 08:05"), told=False)
    row = people.session.scalars(sa.select(Notification).where(Notification.kind == "visit.called_off")).one()
    spoken = compose(people.session, row, None, at("11-23 08:05"))
    assert isinstance(spoken, Spoken)
    assert spoken.text.startswith("本校办公室取消了家访")
    assert say("many.office") == "学校办公室"

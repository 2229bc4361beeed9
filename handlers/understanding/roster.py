"""The names in a speaker's reach, indexed once, so that a message is read in one pass over its characters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from handlers.understanding.sounds import sound


@dataclass(frozen=True, slots=True)
class Known:
    """A student whom the speaker can reach."""

    id: int | str
    name: str
    class_name: str = ""


@dataclass(frozen=True, slots=True)
class Teacher:
    """A colleague; `called` is how people speak of her when it is not surname and 老师."""

    id: int | str
    name: str
    called: str = ""
    subject: str = ""
    role: str = ""


COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "司徒",
        "夏侯",
        "端木",
        "独孤",
        "南宫",
        "宇文",
        "长孙",
        "轩辕",
    ]
)


def surname_of(name: str) -> str:
    return name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]


def given_of(name: str) -> str:
    """娜娜 of 欧阳娜娜; for 古丽娜尔·买买提 the part before the dot; a single character is no way to call a child."""
    if "·" in name:
        return name.split("·")[0]
    given = name[len(surname_of(name)) :]
    return given if len(given) > 1 else ""


@dataclass(frozen=True)
class Roster:
    """Build it with `Roster.of`; keep it as long as the school's roster does not change."""

    students: Mapping[str, tuple[Known, ...]] = field(default_factory=dict)
    given: Mapping[str, tuple[Known, ...]] = field(default_factory=dict)
    teachers: Mapping[str, tuple[Teacher, ...]] = field(default_factory=dict)
    classes: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    lengths: tuple[int, ...] = ()
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sounds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, students: Iterable[Known] = (), teachers: Iterable[Teacher] = (), classes: Iterable[str] = ()
    ) -> Roster:
        by_name: dict[str, list[Known]] = defaultdict(list)
        by_given: dict[str, list[Known]] = defaultdict(list)
        class_names = set(classes)
        for student in students:
            by_name[student.name].append(student)
            class_names.add(student.class_name)
            if given_of(student.name):
                by_given[given_of(student.name)].append(student)
        by_title: dict[str, list[Teacher]] = defaultdict(list)
        for teacher in teachers:
            for called in {teacher.name, teacher.called, surname_of(teacher.name) + "老师"} - {""}:
                by_title[called].append(teacher)
        keys = set(by_name) | set(by_given) | set(by_title)
        return cls(
            students={name: tuple(found) for name, found in by_name.items()},
            given={name: tuple(found) for name, found in by_given.items() if name not in by_name},
            teachers={name: tuple(found) for name, found in by_title.items()},
            classes=frozenset(class_names - {""}),
            heads=frozenset(key[0] for key in keys),
            lengths=tuple(sorted({len(key) for key in keys}, reverse=True)),
            near=_neighbours(by_name),
            sounds=_by_sound(by_name),
        )

    def alike(self, name: str) -> tuple[list[Known], list[Known]]:
        """Students whose names sound like this one, and students one character off."""
        heard = [known for each in self.sounds.get(sound(name), ()) for known in self.students[each]]
        keys = [f"{name[:at]}?{name[at + 1 :]}" for at in range(len(name))] if len(name) > 2 else []
        close = dict.fromkeys(each for key in keys for each in self.near.get(key, ()))
        return heard, [known for each in close for known in self.students[each] if known not in heard]


def _by_sound(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    out: dict[str, list[str]] = defaultdict(list)
    for name in names:
        out[sound(name)].append(name)
    return {key: tuple(found) for key, found in out.items()}


def _neighbours(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Each name under itself with one character left out: two names one character apart share such a key."""
    near: dict[str, list[str]] = defaultdict(list)
    for name in names:
        if 2 <= len(name) <= 4:
            for at in range(len(name)):
                near[f"{name[:at]}?{name[at + 1 :]}"].append(name)
    return {key: tuple(found) for key, found in near.items()}

"""A message as one sees it when names and times are taken as wholes: 代李老师约张小明周六三点 is 代T约SW."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property

from handlers.understanding.context import Context
from handlers.understanding.draft import temporal
from handlers.understanding.grammar import moment_of
from handlers.understanding.moment import Moment
from handlers.understanding.names import Mention, mentions, stranger
from handlers.understanding.normalise import Normal, pattern, repair, simplify, table, whole
from handlers.understanding.parting import agreed, parted
from handlers.understanding.pieces import NAME, Ground, Piece, pieces
from handlers.understanding.roster import Known

#: How a name, a colleague, a class, a stranger and a time stand in the shape of a message.
MARKS = {"student": "S", "teacher": "T", "class": "C", "unknown": "N"}
WHEN = "W"
SHIFT = "D"
TIMELY = frozenset(
    [
        "day",
        "hour",
        "part",
        "shift",
        "offset",
        "now",
        "vague_day",
        "step_day",
        "vague_time",
        "same_hour",
        "same_day",
        "next_day",
        "span",
        "recurring",
    ]
)
#: So much of a message is read for what it wants; what is longer is a record, and kept whole all the same.
LONGEST = 320


@dataclass(frozen=True)
class Utterance:
    """`shape` has one capital for each name and time; `at[i]` is where the i-th of its characters begins in `text`."""

    normal: Normal
    names: tuple[Mention, ...]
    now: datetime
    context: Context

    @property
    def text(self) -> str:
        return self.normal.text

    @cached_property
    def masked(self) -> str:
        """The text with every name blanked, so that no name is read as a time."""
        out = self.text
        for each in self.names:
            out = out[: each.start] + NAME * (each.end - each.start) + out[each.end :]
        return out

    @cached_property
    def times(self) -> list[Piece]:
        found = pieces(self.masked, self.ground())
        return [each for each in found if each.kind in TIMELY or (each.kind == "event" and temporal(self.masked, each))]

    @cached_property
    def _shaped(self) -> tuple[str, tuple[int, ...]]:
        spans: list[tuple[int, int, str]] = [(each.start, each.end, MARKS[each.kind]) for each in self.names]
        for each in self.times:
            if each.kind == "shift":
                spans.append((each.start, each.end, SHIFT))
                continue
            last = spans[-1] if spans else None
            if last and last[2] == WHEN and self.text[last[1] : each.start].strip(" 的,到至-~上") == "":
                spans[-1] = (last[0], each.end, WHEN)
            else:
                spans.append((each.start, each.end, WHEN))
        shape: list[str] = []
        at: list[int] = []
        place = 0
        for start, end, mark in sorted(spans):
            if start < place:
                continue
            shape += [self.text[place:start], mark]
            at += [*range(place, start), start]
            place = end
        shape.append(self.text[place:])
        at += [*range(place, len(self.text) + 1)]
        return "".join(shape), tuple(at)

    @property
    def shape(self) -> str:
        return self._shaped[0]

    def place(self, shape_index: int) -> int:
        """Where in the text that character of the shape begins."""
        return self._shaped[1][shape_index]

    def ground(self, base: datetime | None = None, keep: bool = False, plain: bool = False) -> Ground:
        now = self.now.replace(tzinfo=None)
        context = self.context
        return Ground(now, base, context.mode == "record", self.normal.dialect, keep, plain, context.days)

    def moment(self, start: int = 0, end: int | None = None, ground: Ground | None = None, before: str = "") -> Moment:
        """The time named between two places of the text; `before` is carried over from what was said earlier."""
        if start == 0 and end is None and ground is None and not before:
            return self._whole
        return self._moment(start, end, ground, before)

    @cached_property
    def _whole(self) -> Moment:
        return self._moment(0, None, None, "")

    def _moment(self, start: int, end: int | None, ground: Ground | None, before: str) -> Moment:
        stop = len(self.text) if end is None else end
        shift = len(before) - start
        repairs = tuple((a + shift, b + shift) for a, b in self.normal.repairs if a >= start and b <= stop)
        found = moment_of(before + self.masked[start:stop], ground or self.ground(), repairs)
        if found.bookable and stop == len(self.text) and len(self.normal.raw) > LONGEST:
            # Nobody has looked at the rest, so it may say otherwise.
            return Moment(ask="multiple", candidates=(found,))
        return found

    def written(self, start: int, end: int | None = None) -> str:
        """What the person wrote there, verbatim, without the punctuation around it."""
        plain = self.normal.origin is None and end is None
        words = self.normal.raw[start:] if plain else self.normal.written(start, len(self.text) if end is None else end)
        return words.strip(" \u3000,，。.:：;；、\n\t-—")

    @property
    def mentioned(self) -> list[Mention]:
        """The children named, but for those that were taken back: 不是王明，是李明."""
        students = [each for each in self.names if each.kind == "student"]
        kept = [each for at, each in enumerate(students) if not self._taken_back(each, students[at + 1 : at + 2])]
        return kept or students

    def _taken_back(self, name: Mention, following: list[Mention]) -> bool:
        if not following or following[0].start - name.end > 12:
            # 何小雨家，不是林小雨: the last one is denied.
            return self.text[: name.start].endswith((",不是", " 不是"))
        if self.text[: following[0].start].endswith((",不是", " 不是")) and not self.text[
            following[0].end :
        ].startswith(",是"):
            return False
        between = self.text[name.end : following[0].start]
        denied = self.text[: name.start].endswith(("不是", "别去", "不去"))
        return (denied and "是" in between) or bool(pattern("denial.corrected").search(between))

    @property
    def class_name(self) -> str:
        return next((each.class_name for each in self.names if each.kind == "class"), "")

    @property
    def ahead(self) -> bool:
        """Whether one clock time is named, and it is still to come."""
        at = self.moment()
        return at.bookable and isinstance(at.start, datetime) and at.start > self.now.replace(tzinfo=None)

    @property
    def has_time(self) -> bool:
        return bool(self.times)


def utter(raw: str, now: datetime, context: Context) -> Utterance:
    plain = replace(simplify(raw[:LONGEST]), raw=raw)
    roster = context.roster
    found = mentions(plain.text, roster) if roster.heads or "班" in plain.text else []
    normal = repair(plain, [(each.start, each.end) for each in found])
    if context.role == "guardian" and context.pending == "confirmation":
        normal = agreed(parted(normal), context.visit.form if context.visit else "")
    if normal is not plain:
        found = mentions(normal.text, roster)
    utterance = Utterance(normal, tuple(found), now, context)
    if context.role != "guardian" and not utterance.mentioned and roster.students:
        unknown = stranger(utterance.masked, roster)
        if unknown is not None and NAME not in unknown.said and not _timely(utterance, unknown):
            names = tuple(sorted([*found, unknown], key=lambda each: each.start))
            return Utterance(normal, names, now, context)
    return utterance


def _timely(utterance: Utterance, name: Mention) -> bool:
    return any(each.start < name.end and name.start < each.end for each in utterance.times)


def narrowed(mention: Mention, class_name: str) -> tuple[Known, ...]:
    """Children of the same name, told apart by the class that was said."""
    in_class = tuple(each for each in mention.students if class_name and each.class_name == class_name)
    return in_class or mention.students


@cache
def patterns(topic: str) -> tuple[tuple[str, re.Pattern[str], Mapping[str, str]], ...]:
    """The rows of a table of phrases, in the order in which they are tried."""
    words = {key: "|".join(value) for key, value in table(topic).get("words", {}).items()}
    out = []
    for label, alternatives, *_ in table(topic)["rows"]:
        form = whole(alternatives)
        for key, value in words.items():
            form = form.replace(f"<{key}>", f"(?:{value})")
        name, _, detail = label.partition(":")
        out.append((name, re.compile(form), {"detail": detail} if detail else {}))
    return tuple(out)


def matches(topic: str, shape: str) -> Iterator[tuple[str, re.Match[str], str]]:
    for name, form, detail in patterns(topic):
        found = form.search(shape)
        if found:
            yield name, found, detail.get("detail", "")

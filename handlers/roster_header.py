"""The header of a roster's sheet: which column is which, whatever their order."""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers import roster_words as words
from handlers.roster_cells import Row, Sheet
from models.roster import Place

STUDENT, GUARDIAN, TEACHER = "student", "guardian", "teacher"
_TITLE_ROWS = 10  #: a header may stand below a title, not deeper
_SHARED = {"name", "phone", "grade"}  #: columns that students and teachers both have


@dataclass
class Header:
    """Where the columns of one sheet are."""

    kind: str
    row: int  #: its place in the list of the sheet's rows
    columns: dict[str, int] = field(default_factory=dict)
    #: One for every guardian whom a row can name, in the order of the columns: field -> column.
    guardians: list[dict[str, int]] = field(default_factory=list)
    relations: dict[int, str] = field(default_factory=dict)  #: place in `guardians` -> what the header itself says

    def rows(self, sheet: Sheet) -> list[tuple[Row, list[Row]]]:
        """Every filled row below the header, with its guardians' part."""
        found = []
        for number, cells in sheet.rows[self.row + 1 :]:
            if any(cells):
                place = Place(sheet.name, number)
                found.append((Row(place, _picked(cells, self.columns)), self._families(place, cells)))
        return found

    def _families(self, place: Place, cells: list[str]) -> list[Row]:
        rows = [Row(place, _picked(cells, columns)) for columns in self.guardians]
        for at, relation in self.relations.items():
            rows[at].cells.setdefault("relation", relation)
        return [row for row in rows if row["name"] or row["phone"]]


def header_of(sheet: Sheet) -> Header | None:
    """The first row that reads like a header; None for a sheet that is no roster."""
    for at, (_, cells) in enumerate(sheet.rows[:_TITLE_ROWS]):
        names = [words.header(cell) for cell in cells]
        known = {name for name, _ in names}
        scores = {kind: _score(known, kind) for kind in (STUDENT, TEACHER)}
        kind = max(scores, key=lambda k: scores[k])
        if scores[kind]:
            found = Header(kind, at)
            _fill(found, names)
            if "name" in found.columns:
                return found
    return None


def _score(known: set[str], kind: str) -> int:
    table = words.columns(kind)
    return sum(table[name] not in _SHARED for name in known if name in table)


def _fill(found: Header, names: list[tuple[str, int]]) -> None:
    own = words.columns(found.kind)
    slots: dict[str, dict[str, int]] = {}
    seen: dict[str, int] = {}
    for column, (name, count) in enumerate(names):
        if name in own and not count:
            found.columns.setdefault(own[name], column)
        elif found.kind == STUDENT and (guardian := _guardian_column(name)):
            field_name, relation = guardian
            key = f"{relation}{field_name}"
            seen[key] = count or seen.get(key, 0) + 1
            slots.setdefault(relation or str(seen[key]), {}).setdefault(field_name, column)
    for at, (slot, columns) in enumerate(slots.items()):
        found.guardians.append(columns)
        if not slot.isdigit():
            found.relations[at] = slot


def _guardian_column(name: str) -> tuple[str, str] | None:
    """手机号 is a guardian's telephone; 母亲电话 says the relation, too."""
    table, relations = words.columns(GUARDIAN), words.words()["relations"]
    if name in table:
        return table[name], ""
    for length in (2, 3):
        relation, rest = name[:length], name[length:]
        if relation in relations or relation in relations.values():
            if rest in ("", "姓名"):
                return "name", words.relation(relation)
            if rest in table:
                return table[rest], words.relation(relation)
    return None


def _picked(cells: list[str], columns: dict[str, int]) -> dict[str, str]:
    return {name: cells[column].strip() if column < len(cells) else "" for name, column in columns.items()}

"""The office's roster, understood: sheets of cells in, plain lines of students, guardians and teachers out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from handlers import roster_cells as cells
from handlers import roster_words as words
from handlers.class_name import ClassName, class_name
from handlers.roster_cells import Row, Sheet
from handlers.roster_header import STUDENT, TEACHER, Header, header_of
from handlers.roster_staff import Staff
from models.errors import Refused
from models.roster import Fault, GuardianLine, Roster, StudentLine

_NEEDED = {STUDENT: ("number", "name", "class_name"), TEACHER: ("name",)}
_GUARDIAN = "监护人"


def understand(sheets: Iterable[Sheet]) -> Roster:
    """Reads every sheet that has a roster's header, others are left alone.

    Raises `Refused`: `roster_empty` when no sheet is a roster, `roster_columns` when one lacks what nobody can guess.
    """
    students, staff, found = Students(), Staff(), False
    for sheet in sheets:
        header = header_of(sheet)
        if header is None:
            continue
        found = True
        _complete(header, sheet)
        for row, guardians in header.rows(sheet):
            if header.kind == STUDENT:
                students.read(row, guardians, sheet.name)
            else:
                staff.read(row)
    if not found:
        raise Refused("roster_empty")
    return Roster(
        students=tuple(students.lines()),
        teachers=tuple(staff.lines()),
        grades={c.name: c.grade for c in (*students.classes, *staff.classes)},
        faults=tuple(fault for part in (students, staff) for fault in part.faults),
        doubtful=frozenset(students.doubtful | staff.doubtful),
        has_teachers=staff.seen,
    )


def _complete(header: Header, sheet: Sheet) -> None:
    missing = [name for name in _NEEDED[header.kind] if name not in header.columns]
    if missing == ["class_name"] and class_name(sheet.name):
        return
    if missing:
        names = "、".join(words.words()["columns"][header.kind][name][0] for name in missing)
        raise Refused("roster_columns", sheet=sheet.name, columns=names)


@dataclass
class _Draft:
    """One student while the rows are read."""

    row: Row
    name: str
    line: StudentLine | None
    guardians: list[GuardianLine] = field(default_factory=list)


class Students:
    """Gathers the students' rows: one per student, or one per student and guardian."""

    def __init__(self) -> None:
        self._drafts: dict[str, _Draft] = {}
        self._last: _Draft | None = None
        self.classes: dict[ClassName, None] = {}
        self.faults: list[Fault] = []
        self.doubtful: set[str] = set()

    def read(self, row: Row, guardians: list[Row], sheet: str) -> None:
        """Takes one row in."""
        draft = self._draft(row, sheet)
        if draft is not None:
            self._last = draft
            draft.guardians.extend(_guardian(g, draft.name) for g in guardians)
        faults = [fault for part in (row, *guardians) for fault in part.faults]
        self.faults.extend(faults)

    def lines(self) -> Iterator[StudentLine]:
        """Every student whose row could be read, with all guardians."""
        for draft in self._drafts.values():
            if draft.line:
                if not draft.guardians:
                    self.faults.append(Fault(draft.row.place, "no_guardian", error=False))
                yield StudentLine(**{**vars(draft.line), "guardians": tuple(draft.guardians)})

    def _draft(self, row: Row, sheet: str) -> _Draft | None:
        number, name = cells.number(row["number"]), cells.person_name(row["name"])
        last = self._last
        if last and not number and name in ("", last.name):
            return last
        known = self._drafts.get(number) if number else None
        if known and name in ("", known.name):
            return known
        line = self._line(row, number, name, sheet, bool(known))
        if line is None:
            self.doubtful |= {number, name} - {""}
        draft = _Draft(row, name, line)
        # What stands below a row that was left out belongs to it and is left out, too.
        self._drafts[number if line else f"row {row.place}"] = draft
        return draft

    def _line(self, row: Row, number: str, name: str, sheet: str, twice: bool) -> StudentLine | None:
        found = class_name(row["class_name"] or ("" if row.has("class_name") else sheet), row["grade"])
        wrong = (
            (not number, "no_number", ""),
            (cells.rounded(number), "number_rounded", number),
            (twice, "number_twice", number),
            (not name, "no_name", ""),
            (not row["class_name"] and row.has("class_name"), "no_class", ""),
            (not found, "class_unclear", row["class_name"]),
        )
        for broken, code, value in wrong:
            if broken:
                row.error(code, value)
                return None
        assert found is not None
        self.classes[found] = None
        return StudentLine(
            number=number,
            name=name,
            class_name=found.name,
            gender=_gender(row["gender"]),
            birthday=cells.day(row, "birthday"),
            boarding=_answer(row, "boarding"),
            remote=_answer(row, "remote"),
            address=row["address"] or None,
            health=row["health"] or None,
            categories=_categories(row),
            place=row.place,
        )


def _guardian(row: Row, student: str) -> GuardianLine:
    relation = words.relation(row["relation"])
    name = cells.person_name(row["name"])
    if not name:
        name = student + (relation or _GUARDIAN)
        row.remark("guardian_unnamed", name)
    if not relation:
        row.remark("relation_missing", name)
    return GuardianLine(name, relation or _GUARDIAN, cells.telephone(row, "phone"), _muted(row))


def _muted(row: Row) -> bool | None:
    """不通知: what is no clear no counts as a yes, for the child's sake."""
    if not row.has("muted"):
        return None
    said = words.answer(row["muted"])
    if row["muted"] and said is None:
        row.remark("muted_unclear", row["muted"])
    return bool(row["muted"]) and said is not False


def _answer(row: Row, name: str) -> bool | None:
    said = words.answer(row[name])
    if row[name] and said is None:
        row.remark("answer_unclear", row[name])
    return said


def _gender(text: str) -> str | None:
    return text[0] if text[:1] in ("男", "女") else None


def _categories(row: Row) -> tuple[str, ...] | None:
    if not row.has("categories"):
        return None
    text = row["categories"]
    whole, known = words.category(text)
    if known:
        return (whole,)
    found: dict[str, None] = {}
    for entry in row.listed("categories") if words.answer(text) is not False else ():
        name, known = words.category(entry)
        found[name] = None
        if not known:
            row.remark("category_unknown", entry)
    return tuple(found)

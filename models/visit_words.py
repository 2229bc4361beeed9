"""What is said of a visit and is nobody else's business: sealed under the student's key (rel.T25)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models import sealed
from models.visit_row import VisitRow

if TYPE_CHECKING:
    from models.student import Student

MOST_GOALS = 3  #: Q3


class VisitWords(VisitRow):
    """Purpose, goals, the reason of a short notice, the guests from outside, a letter, and who is at home."""

    __abstract__ = True

    if TYPE_CHECKING:
        school: Any
        student: Any
        teacher: Any

    @property
    def _key(self) -> bytes:
        student: Student = self.student
        return student.data_key

    @property
    def purpose(self) -> str:
        return sealed.unseal(self._key, "visit.purpose", self.purpose_sealed) or ""

    @purpose.setter
    def purpose(self, text: str) -> None:
        self.purpose_sealed = sealed.seal(self._key, "visit.purpose", text or None)

    @property
    def goals(self) -> list[str]:
        """Q3: up to three."""
        return sealed.unseal_json(self._key, "visit.goals", self.goals_sealed) or []

    @goals.setter
    def goals(self, texts: list[str]) -> None:
        kept = texts[:MOST_GOALS]
        self.goals_sealed = sealed.seal_json(self._key, "visit.goals", kept) if kept else None

    @property
    def guests(self) -> list[str]:
        """B10: people from outside the school by name and office, without telephones."""
        return sealed.unseal_json(self._key, "visit.guests", self.guests_sealed) or []

    @guests.setter
    def guests(self, names: list[str]) -> None:
        self.guests_sealed = sealed.seal_json(self._key, "visit.guests", names) if names else None

    @property
    def reason(self) -> str:
        """B1: why at so short a notice; empty when nobody said."""
        return sealed.unseal(self._key, "visit.reason", self.reason_sealed) or ""

    @reason.setter
    def reason(self, text: str) -> None:
        self.reason_sealed = sealed.seal(self._key, "visit.reason", text or None)

    @property
    def letter(self) -> str:
        """What the family was written; empty for every other form."""
        return sealed.unseal(self._key, "visit.letter", self.letter_sealed) or ""

    @letter.setter
    def letter(self, text: str) -> None:
        self.letter_sealed = sealed.seal(self._key, "visit.letter", text or None)

    @property
    def present_words(self) -> str:
        """B9: who will be at home, as the family has said it."""
        return sealed.unseal(self._key, "visit.present", self.present_sealed) or ""

    @present_words.setter
    def present_words(self, text: str) -> None:
        self.present_sealed = sealed.seal(self._key, "visit.present", text or None)

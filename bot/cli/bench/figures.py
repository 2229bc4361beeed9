"""What a benchmark found: figures of ours and of the bare floor beside it, and how they compare."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.cli.columns import columns

Figures = dict[str, float]


@dataclass
class Found:
    """One benchmark's result; `rows` are what was measured, by name, `ratios` ours over the floor."""

    name: str
    about: str
    rows: dict[str, Figures] = field(default_factory=dict)
    ratios: Figures = field(default_factory=dict)
    also: Figures = field(default_factory=dict)

    def compare(self, figure: str, ours: str = "ours", floor: str = "floor") -> None:
        """Notes ours over the floor for one figure."""
        self.ratios[f"{figure} {ours}/{floor}"] = self.rows[ours][figure] / self.rows[floor][figure]

    def as_json(self) -> dict[str, Any]:
        """For a program; three digits after the point say enough."""
        told: dict[str, Any] = asdict(self)
        for part in (*told["rows"].values(), told["ratios"], told["also"]):
            part.update({name: round(value, 3) for name, value in part.items()})
        return told

    def lines(self) -> Iterator[str]:
        """For a person."""
        yield f"{self.name}: {self.about}"
        heads = list(next(iter(self.rows.values())))
        table = [["", *heads], *([name, *(f"{row[h]:.3f}" for h in heads)] for name, row in self.rows.items())]
        yield from (f"  {line}" for line in columns(table))
        yield from (f"  x{value:.2f}  {name}" for name, value in self.ratios.items())
        yield from (f"  {name}: {value:g}" for name, value in self.also.items())


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which that part of all lies, such as 0.99."""
    return sorted(values)[max(0, math.ceil(len(values) * part) - 1)]

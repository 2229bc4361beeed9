"""Faults that one switches on, to see how the bot bears them."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

Channel = Literal["custom", "template", "subscribe"]

#: Faults that are no errcode: `timeout` delivers and never answers, `lost` neither;
#: `html` answers with a proxy's page and `empty` with nothing, and neither delivers.
NAMED = ("timeout", "lost", "html", "empty")
_ERRCODE = re.compile(r"-1|[1-9]\d{3,5}")


@dataclass
class Fault:
    """The next `left` sends, on that channel and to that person if one is named, go wrong."""

    kind: str
    left: int
    channel: Channel | None = None
    openid: str | None = None

    def fits(self, channel: str, openid: str) -> bool:
        return self.channel in (None, channel) and self.openid in (None, openid)


class Faults:
    """What is switched on, oldest first. The caller holds the platform's lock."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        if fault.kind not in NAMED and not _ERRCODE.fullmatch(fault.kind):
            raise ValueError(f"no such fault: {fault.kind}")
        if fault.channel is not None and fault.channel not in get_args(Channel):
            raise ValueError(f"no such channel: {fault.channel}")
        if fault.left < 1:
            raise ValueError(f"a fault for {fault.left} sends")
        self._faults.append(fault)

    def take(self, channel: str, openid: str) -> str:
        """The kind of fault that this send meets, or nothing."""
        for fault in self._faults:
            if fault.fits(channel, openid):
                fault.left -= 1
                self._faults = [one for one in self._faults if one.left > 0]
                return fault.kind
        return ""

    def open(self) -> list[Fault]:
        return list(self._faults)

    def clear(self) -> None:
        self._faults = []

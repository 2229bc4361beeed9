"""What WeChat's errcodes mean for us, as one table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Then(Enum):
    """What to do next."""

    RETRY = "retry"  #: soon, with growing pauses
    TOKEN = "token"  #: the access token is refreshed once, the call made once more  # noqa: S105
    NEXT_MINUTE = "next_minute"
    NEXT_DAY = "next_day"  #: this interface is closed until midnight in China
    HOLD = "hold"  #: nothing goes until a person has put the account right
    SWITCH = "switch"  #: not on this channel
    CLOSE_WINDOW = "close_window"  #: no customer-service window after all
    UNREACHABLE = "unreachable"  #: this openid is not reached at all
    GIVE_UP = "give_up"  #: not this message
    IGNORE = "ignore"


@dataclass(frozen=True)
class Meaning:
    """`alarm`: a person who looks after the account has something to do."""

    then: Then
    alarm: bool = False


def _table(then: Then, *codes: int, alarm: bool = False) -> dict[int, Meaning]:
    return dict.fromkeys(codes, Meaning(then, alarm))


ERRCODES: dict[int, Meaning] = {
    **_table(Then.RETRY, -1, 43108),
    **_table(Then.TOKEN, 40001, 40014, 42001),
    **_table(Then.NEXT_MINUTE, 45011),
    **_table(Then.NEXT_DAY, 45009, alarm=True),
    # The account, its secret, its address or its rights: the message is blameless and waits.
    **_table(Then.HOLD, 40002, 40013, 40125, 40164, 40243, 41001, 41002, 41004, 43002, alarm=True),
    **_table(Then.HOLD, 50004, 50007, 89503, 89506, 89507, alarm=True),
    **_table(Then.CLOSE_WINDOW, 45015, 45047),
    **_table(Then.SWITCH, 48002, 40200, 48008, 43101, 45086),
    **_table(Then.SWITCH, 43107, 43116, 45064, 45087, 48001, 48004, 61007, alarm=True),
    # A template that the account does not have, or has otherwise than the configuration says.
    **_table(Then.SWITCH, 40036, 40037, 41030, 47003, alarm=True),
    **_table(Then.UNREACHABLE, 40003, 43004, 50002, 50005),
    **_table(Then.GIVE_UP, 43019, 70000),
    **_table(Then.GIVE_UP, 40007, 40008, 40033, 40039, 40249, 44002, 44004, 45002, 45008, alarm=True),
    **_table(Then.GIVE_UP, 45098, 45099, 45168, 47001, 47002, alarm=True),
    **_table(Then.IGNORE, 45072, 45080, 45081),
}
#: A code that nobody has written down: a few more attempts, and a person looks at it.
UNKNOWN_CODE = Meaning(Then.RETRY, alarm=True)
TOKEN_CODES = frozenset(code for code, meaning in ERRCODES.items() if meaning.then is Then.TOKEN)


def meaning(errcode: int | None) -> Meaning:
    """None stands for an answer without any errcode: not WeChat's, so the message did not arrive."""
    if errcode is None:
        return Meaning(Then.RETRY)
    return ERRCODES.get(errcode, UNKNOWN_CODE)

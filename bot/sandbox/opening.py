"""The phones that stand there when the sandbox is started for the first time."""

import logging
import time
from collections.abc import Iterable

from bot.sandbox.people import People, PersonCard
from bot.sandbox.platform import Platform

#: Who appears, if the school has them: a teacher who books, a family, the homeroom teacher, a leader.
CAST = ("王敏", "张小明妈妈", "张小明爸爸", "陈静", "周建国")
_PATIENCE = 60.0
_AGREES = "同意"


def open_phones(platform: Platform, people: People) -> None:
    """Give the cast phones and let it follow, once the bot answers; nothing if there are phones."""
    if any(True for _ in platform.phones):
        return
    cards = choose_cast(people.cards())
    for card in cards:
        give_phone(platform, card)
    if not _wait_for_bot(platform):
        logging.getLogger("jiafang.sandbox").warning("the bot did not answer; nobody has followed it yet")
        return
    for card in cards:
        follow(platform, people, card)


def choose_cast(cards: list[PersonCard]) -> list[PersonCard]:
    """The named ones; where a school has none of them, two teachers, two guardians and a leader."""
    named = [card for name in CAST for card in cards if card.name == name][: len(CAST)]
    if named:
        return named
    wanted = (("teacher", 2), ("guardian", 2), ("leader", 1))
    return [card for part, count in wanted for card in _first(cards, part, count)]


def give_phone(platform: Platform, card: PersonCard) -> None:
    platform.add_phone(card.account, card.openid, card.name, about=card.about)


def follow(platform: Platform, people: People, card: PersonCard) -> None:
    """Follow by a fresh code, as with the slip from school; who is bound already just follows."""
    if people.is_bound(card.openid):
        platform.add_phone(card.account, card.openid, card.name, following=True)
        return
    platform.follow(card.openid, people.new_code(card.id))
    asked = platform.messages(card.openid)[-1].items
    # The invented family has read the notice on its children's data and agrees to it.
    for item in [item for item in asked if item.content == _AGREES]:
        platform.press(card.openid, item)


def _first(cards: Iterable[PersonCard], part: str, count: int) -> list[PersonCard]:
    return [card for card in cards if card.part == part][:count]


def _wait_for_bot(platform: Platform) -> bool:
    end = time.monotonic() + _PATIENCE
    while not all(platform.courier.verify(account) for account in platform.accounts.values()):
        if time.monotonic() > end:
            return False
        time.sleep(0.3)
    return True

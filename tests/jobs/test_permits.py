"""What an attempt by subscription leaves in the ledger of permits."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.wechat.channels import SUBSCRIPTION, Letter, Outcome
from bot.wechat.errcodes import meaning
from jobs import outcomes
from models.identity import Identity
from models.permit import Permit

#: Errcode, whether it may have gone → how many of three are left, one being spent already.
LEFT = [
    (None, True, 2),  # it may have gone: it is used up
    (-1, False, 3),
    (45009, False, 3),
    (43101, False, 0),
    (43116, False, 0),
    (43004, False, 2),
]


@pytest.mark.rule("rulings.42")
@pytest.mark.parametrize(("errcode", "unknown", "left"), LEFT)
def test_a_permit_is_used_up_given_back_or_void(
    session: Session, errcode: int | None, unknown: bool, left: int
) -> None:
    who = Identity(account="demo", openid="o" * 28, following=True)
    session.add(who)
    session.flush()
    for _ in range(3):
        Permit.note(session, who.id, "T", accepted=True)
        session.flush()
    Permit.of(session, [who.id])[who.id]["T"].left -= 1
    session.flush()
    refused = Outcome(meaning(errcode).then, unknown=unknown)
    letter = Letter("demo", who.openid, SUBSCRIPTION, "jf-1-1", template="T")
    outcomes.note_on_identity(session, who, letter, refused)
    session.flush()
    session.expire_all()
    assert session.scalar(sa.select(Permit.left)) == left


@pytest.mark.rule("rulings.42")
def test_a_no_takes_back_what_was_left(session: Session) -> None:
    who = Identity(account="demo", openid="o" * 28, following=True)
    session.add(who)
    session.flush()
    for accepted in (True, True, False):
        Permit.note(session, who.id, "T", accepted=accepted)
        session.flush()
    assert Permit.of(session, [who.id]) == {}

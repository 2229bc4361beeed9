"""All that is asked before a message is read, in one question: who speaks, is it known, how does she stand with us."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.identity import Identity, lock_speaker, read_speaker, speaker
from models.inbox import Inbound, Known
from models.person import Person
from models.standing import Standing, stands


class Speaker(NamedTuple):
    """Who speaks, what the same push was answered before, and how each person that she is bound to stands."""

    identity: Identity | None
    known: Known | None
    standings: dict[int, Standing]

    @staticmethod
    def of(session: Session, account: str, openid: str, push: str) -> Speaker:
        """Whoever is behind the openid, locked until the turn's end."""
        lock_speaker(session, account, openid)
        whose = {"account": account, "openid": openid, "push": push}
        rows = read_speaker(session, _asked(), whose)
        if not rows:
            return Speaker(None, Inbound.known(session, account, push), {})
        _, _, _, number, reply, *_ = rows[0]
        standings = {person.id: Standing(*map(bool, its)) for _, _, person, _, _, *its in rows if person is not None}
        return Speaker(rows[0][0], None if number is None else Known(reply), standings)


@cache
def _asked() -> sa.Select[*tuple[Any, ...]]:
    table = Inbound.__table__
    same = sa.and_(Inbound.account == Identity.account, Inbound.key == sa.bindparam("push"))
    hers = stands(lambda person: person == Person.id)
    return speaker().outerjoin(table, same).add_columns(table.c.id, table.c.reply_sealed, *hers)

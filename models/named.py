"""Where somebody is named in words that hang on nobody: what could be tapped, what is in the air, what was pushed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from sqlalchemy.orm import Session

from models import sealed
from models.conversation import Conversation, Tap
from models.history import ReadLog
from models.identity import Binding, Identity
from models.inbox import Inbound
from models.person import Person
from models.student import Student

_PLAIN = {"synchronize_session": False}


@dataclass
class Named:
    """The rows in which a name was found; looked for before the deed, for many have to be opened."""

    conversations: list[int] = field(default_factory=list)
    pushes: list[int] = field(default_factory=list)

    def forget(self, session: Session, student: Student, names: Sequence[str]) -> None:
        """Takes the words out; the rows stay."""
        whose = _identities(student.school_id)
        said = sa.or_(*(column.contains(n, autoescape=True) for n in names for column in (Tap.label, Tap.value)))
        session.execute(sa.delete(Tap).where(Tap.identity_id.in_(whose), said), execution_options=_PLAIN)
        silent = sa.update(Conversation).where(Conversation.identity_id.in_(self.conversations))
        session.execute(silent.values(state_sealed=None), execution_options=_PLAIN)
        bare = sa.update(Inbound).where(Inbound.id.in_(self.pushes))
        session.execute(bare.values(body_sealed=None, reply_sealed=None), execution_options=_PLAIN)
        for row in session.scalars(sa.select(ReadLog).where(ReadLog.student_id == student.id)):
            row.reason = self.without(row.reason, names)

    @staticmethod
    def without(words: str, names: Iterable[str]) -> str:
        """The words with each name left out."""
        for name in sorted(names, key=len, reverse=True):
            words = words.replace(name, "…") if name else words
        return words


def look(session: Session, school_id: int, names: Sequence[str]) -> Named:
    """Opens what the people of a school have said lately, and what is in the air with them."""
    found = Named()
    whose = sa.select(Identity.account, Identity.openid, Conversation).join(
        Conversation, Conversation.identity_id == Identity.id
    )
    for account, openid, conversation in session.execute(whose.where(Identity.id.in_(_identities(school_id)))):
        key = conversation.data_key
        if _says(key, "conversation.state", conversation.state_sealed, names):
            found.conversations.append(conversation.identity_id)
        pushed: Any = sa.select(Inbound.id, Inbound.body_sealed, Inbound.reply_sealed).where(
            Inbound.account == account, Inbound.openid == openid, Inbound.body_sealed.is_not(None)
        )
        for number, body, reply in session.execute(pushed):
            if _says(key, "inbound.body", body, names) or _says(key, "inbound.reply", reply, names):
                found.pushes.append(number)
    return found


def _says(key: bytes, column: str, words: bytes | None, names: Sequence[str]) -> bool:
    try:
        text = sealed.unseal(key, column, words) or ""
    except InvalidTag:  # closed for ever by a new key
        return False
    return any(name in text for name in names)


def _identities(school_id: int) -> sa.Select[int]:
    return sa.select(Binding.identity_id).join(Person, Person.id == Binding.person_id).where(
        Person.school_id == school_id
    )  # fmt: skip

"""Talking to the bot without a wire: what somebody says, and what she is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from handlers import router
from handlers.turn import Answer, Said, Turn
from models.conversation import Conversation, Tap
from models.errors import Refused
from models.identity import Binding, Identity
from models.person import Person


@dataclass
class Talk:
    """A conversation of anybody with the bot, at one moment of the school's clock."""

    session: Session
    now: datetime

    def says(self, person: Person | Identity, text: str) -> str:
        """What is answered to these words, items and all."""
        return whole(self.turn(person, kind="text", text=text))

    def taps(self, person: Person | Identity, tap: Tap) -> str:
        """What is answered to that very tap."""
        return whole(self.turn(person, kind="text", text=tap.label, tap=tap.id))

    def offered(self, person: Person | Identity, deed: str, subject_id: int | None, **more: Any) -> Tap:
        """A tap in somebody's hands, however she came by it."""
        tap = Tap(identity_id=self.identity(person).id, deed=deed, label=deed, subject_id=subject_id, **more)
        tap.expires_at = self.now.replace(year=self.now.year + 1)
        self.session.add(tap)
        self.session.flush()
        return tap

    def turn(self, person: Person | Identity, **said: Any) -> Answer | None:
        identity = self.identity(person)
        conversation = Conversation.of(self.session, identity.id, self.now)
        turn = Turn(self.session, self.now, "demo", identity, conversation, Said(**said))
        try:
            with self.session.begin_nested():
                answer = router.answer(turn)
        except Refused as no:
            answer = router.refused(turn, no)
        self.session.flush()
        return answer

    def identity(self, person: Person | Identity) -> Identity:
        if isinstance(person, Identity):
            return person
        found = sa.select(Identity).join(Binding).where(Binding.person_id == person.id)
        return self.session.scalars(found).one()


def whole(answer: Answer | None) -> str:
    """An answer as the telephone shows it."""
    return "" if answer is None else "\n".join([answer.text, *(f"[{choice.label}]" for choice in answer.choices)])

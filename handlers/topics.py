"""The explicit, ordered list of what can be talked about; importing it fills the registry."""

from handlers import (  # noqa: F401
    also_reminding,
    answering,
    binding,
    booking,
    briefs,
    calling,
    consenting,
    countering,
    filling,
    followup,
    lists,
    moving,
    notes,
    presence,
    record,
    replying,
    survey,
    telephoning,
    waiting,
)

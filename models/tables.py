"""Every table in one import, for migrations and tests."""

from models import (  # noqa: F401
    action_item,
    also_reminded,
    code,
    companion,
    concern,
    consent,
    conversation,
    erasure,
    followup,
    handover,
    history,
    home_refusal,
    hours,
    identity,
    inbox,
    note,
    notification,
    participant,
    periodic,
    permit,
    person,
    photo,
    reading_request,
    record,
    school,
    student,
    survey,
    unclear,
    visit,
    visit_sibling,
)
from models.base import Base

METADATA = Base.metadata

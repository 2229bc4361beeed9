"""The explicit list of composers; importing it fills the table of announce."""

from handlers import (  # noqa: F401
    announce_after,
    announce_before,
    announce_calls,
    announce_company,
    announce_coverage,
    announce_handover,
    announce_home,
    announce_many,
    announce_offer,
    announce_people,
    announce_photo,
    announce_table,
    announce_voice,
    beyond,
    concern,
    erasure,
    late,
    letter,
    open_items,
    sos,
)

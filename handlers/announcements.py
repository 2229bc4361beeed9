"""The explicit list of composers; importing it fills the table of announce."""

from handlers import announce_after, announce_before, announce_offer, announce_people, announce_voice  # noqa: F401

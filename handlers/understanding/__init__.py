"""What people type, and what it means: text, the hour and the context in, a reading out; nothing else is touched."""

from handlers.understanding.context import Context, Known, OpenVisit, Question, Roster, Teacher
from handlers.understanding.moment import NO_TIME, Moment
from handlers.understanding.reader import read, read_moment
from handlers.understanding.reading import Reading
from handlers.understanding.ready import prepare

__all__ = [
    "NO_TIME",
    "Context",
    "Known",
    "Moment",
    "OpenVisit",
    "Question",
    "Reading",
    "Roster",
    "Teacher",
    "prepare",
    "read",
    "read_moment",
]

"""Things that are never an answer to what was asked last, and are looked for before it."""

from __future__ import annotations

from handlers import outline
from handlers.beyond import asked_to_read
from handlers.by_phone import told_on_the_phone
from handlers.concern import raised_outright
from handlers.late import family_late, teacher_late
from handlers.letter import written_as_letter
from handlers.presence import check_out
from handlers.registry import TEACHER
from handlers.round_table import said_of_table
from handlers.running import run
from handlers.sos import all_is_well
from handlers.survey_changes import of_the_survey
from handlers.turn import Say, Turn
from handlers.understanding.outright import cut_short
from handlers.who_is_home import said_of_home
from models.visit import Visit
from models.visit_life import UNDER_WAY


def said_by_staff(turn: Turn, text: str) -> Say | None:
    """A teacher's all-clear, her being late today, a visit cut short, what a family told her, or a letter to one."""
    if "hole" in turn.memory:
        return None
    if cut_short(text) and Visit.of_teacher(turn.session, turn.person, UNDER_WAY):
        return run(turn, TEACHER, "check_out", {}, check_out)
    said = (
        raised_outright(turn, text)
        or asked_to_read(turn, text)
        or all_is_well(turn, text)
        or teacher_late(turn, text)
        or told_on_the_phone(turn, text)
    )
    return said or written_as_letter(turn, text) or outline.asked_for(turn, text)


def said_by_family(turn: Turn, text: str) -> Say | None:
    """A family that will be late today, speaks of its questionnaire, comes to a round table, or will be at home."""
    if "hole" in turn.memory:
        return None
    return family_late(turn, text) or of_the_survey(turn, text) or said_of_table(turn, text) or said_of_home(turn, text)

"""The school's roster: read as lines, compared with what is there, applied in one transaction (rulings 40, 50)."""

from models.roster.applied import apply, plan
from models.roster.lines import Duty, Fault, GuardianLine, Place, Roster, StudentLine, TeacherLine
from models.roster.report import Change, RosterReport

__all__ = [
    "Change",
    "Duty",
    "Fault",
    "GuardianLine",
    "Place",
    "Roster",
    "RosterReport",
    "StudentLine",
    "TeacherLine",
    "apply",
    "plan",
]

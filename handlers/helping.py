"""帮助 fits who asks and the moment: what waits now, then what can be said, in groups; 更多 brings the rest."""

from __future__ import annotations

from handlers.answering import offer_taps
from handlers.followup import effect_taps, followup_text
from handlers.reach import asked_last, owing_guardian, owing_teacher
from handlers.registry import GUARDIAN, TEACHER, Words, command, example, intents, tapped
from handlers.survey import ask
from handlers.texts import say
from handlers.turn import Say, Turn
from models.conversation import Tap
from models.followup import FollowUp
from models.record import Record
from models.survey import Survey
from models.visit import Visit
from models.visit_life import HELD, UNDER_WAY

Groups = dict[str, tuple[str, ...]]  #: a group's name in the texts, to the intents whose examples it has
AT_FIRST = 2  #: examples of a group on the first page

TEACHERS: Groups = {
    "booking": ("book", "batch_book", "letter"),
    "changing": ("reschedule", "cancel", "hand_over", "invite", "release"),
    "looking": ("list_all", "details", "outline", "list_today", "list_week", "call_list"),
    "visiting": ("check_in", "check_out", "missed", "undo"),
    "recording": ("record", "report_concern"),
    "following": ("add_follow_up", "open_items", "close_item"),
    "families": ("reply_note", "phone_move", "renew_code"),
    "pupils": ("student_profile", "visit_story"),
    "covering": ("coverage_progress", "whom_next"),
}
LEADERS: Groups = {"leading": ("overdue_records", "satisfaction", "stop_sending", "start_sending")}
FAMILIES: Groups = {
    "answering": ("confirm", "counter", "change_form", "decline", "delay", "choice", "delegate"),
    "telling": ("message", "present", "also_remind", "cancel"),
    "seeing": ("my_visits", "child_teachers", "my_data", "details"),
    "stopping": ("unsubscribe", "resume", "unbind", "erase_data"),
}
#: Answers to what was asked, which need no example, and what is said of itself in its own moment.
QUIET: dict[str, frozenset[str]] = {
    TEACHER: frozenset((
        "send", "discard", "edit", "withdraw", "praise", "followup", "free_text", "rating", "choice", "confirm", "yes",
        "counter", "decline", "no", "accompany", "stay_away", "accompany_all", "stay_away_all", "bind", "unbind",
        "complete", "took_place", "take_over", "leave_over", "help", "unknown", "record_field", "submit",
    )),
    GUARDIAN: frozenset((
        "send", "discard", "edit", "survey", "rating", "yes_no", "no", "free_text", "no_comment", "skip", "anonymous",
        "ask", "yes", "unknown", "bind", "question", "update_info", "late", "urgent", "complaint", "request_visit",
        "smalltalk", "wrong_recipient", "answer_letter", "unasked", "list_today", "list_week", "list_all", "help",
    )),
}  # fmt: skip


@command(TEACHER, "help")
def teacher_help(turn: Turn, words: Words) -> Say:
    """帮助"""
    now, taps = _teachers_moment(turn)
    return Say("\n".join([*now, say("help.head"), *_page(_staff_groups(turn), TEACHER, 0)]), [*taps, _more(turn)])


@command(GUARDIAN, "help")
def guardian_help(turn: Turn, words: Words) -> Say:
    """帮助"""
    lines = "\n".join([say("help.head"), *_page(FAMILIES, GUARDIAN, 0)])
    now = _familys_moment(turn)
    return Say(lines, [_more(turn)]) if now is None else Say(now.text + "\n\n" + lines, [*now.taps, _more(turn)])


def _more(turn: Turn) -> Tap:
    return turn.tap("help.more", say("help.more_label"))


@tapped("help.more")
def tap_more(turn: Turn, tap: Tap) -> Say:
    """The examples for which the first page had no room."""
    groups, part = (_staff_groups(turn), TEACHER) if turn.memory.get("part") != GUARDIAN else (FAMILIES, GUARDIAN)
    groups = groups | _others(part)
    further = [say("help.further")] if part == TEACHER and turn.person.teaches else []
    return Say("\n".join([say("help.more_head"), *_page(groups, part, AT_FIRST), *further]))


def _staff_groups(turn: Turn) -> Groups:
    """Who only leads books nothing."""
    person = turn.person
    own = TEACHERS if person.teaches else {name: TEACHERS[name] for name in ("looking", "pupils", "covering")}
    return LEADERS | own if person.leads else own


def _others(part: str) -> Groups:
    """What stands in no group; on the second page only, therefore behind as many as the first one shows."""
    grouped = {i for some in (TEACHERS | LEADERS, FAMILIES) for names in some.values() for i in names}
    others = [i for i in intents(part) if i not in grouped | QUIET[part]]
    return {"other": (*[""] * AT_FIRST, *others)} if others else {}


def _page(groups: Groups, part: str, begin: int) -> list[str]:
    lines = []
    for name, every in groups.items():
        some = every[begin:] if begin else every[:AT_FIRST]
        words = say("list.semicolon").join(example(part, intent) for intent in some)
        if words:
            lines.append(say("help.line", group=say(f"help_group.{name}"), examples=words))
    return lines


def _teachers_moment(turn: Turn) -> tuple[list[str], list[Tap]]:
    """What waits for this teacher: what is shown, where she is, who waits for her answer, what she owes."""
    draft = _shown(turn)
    if draft:
        return [say("help.draft")], draft
    lines = []
    if under_way := Visit.of_teacher(turn.session, turn.person, UNDER_WAY):
        lines.append(say("help.under_way", student=under_way[0].student.name))
    first = owing_teacher(turn, turn.person).first
    if isinstance(first, Visit):
        lines.append(say("help.countered", student=first.student.name))
    elif isinstance(first, FollowUp):
        lines.append(say("help.followup", student=first.visit.student.name))
    held = Visit.of_teacher(turn.session, turn.person, HELD)
    if owed := [s.name for v in held for s in Record.owed(turn.session, v)]:
        lines.append(say("help.record", student=owed[0]))
    return lines, []


def _shown(turn: Turn) -> list[Tap]:
    """The choices below what is shown, once more."""
    if "draft" not in turn.memory:
        return []
    seen = [turn.session.get(Tap, key) for key in turn.memory.get("list") or []]
    return [turn.tap(t.deed, t.label, t.subject_id, t.value, round=t.round) for t in seen if t and _of_draft(t)]


def _of_draft(tap: Tap) -> bool:
    return tap.deed.startswith("draft.")


def _familys_moment(turn: Turn) -> Say | None:
    """What waits for the family's answer, with what can be tapped."""
    draft = _shown(turn)
    if draft:
        return Say(say("help.draft"), draft)
    first = asked_last(turn, owing_guardian(turn)).first
    if isinstance(first, Visit):
        return Say(say("help.offer", teacher=first.teacher.name), offer_taps(turn, first))
    if isinstance(first, Survey):
        return ask(turn, first, say("help.survey") + "\n")
    if isinstance(first, FollowUp):
        return Say(followup_text(first), effect_taps(turn.tap, first))
    return None

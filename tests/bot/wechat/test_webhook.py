"""A push through the real door: kept once, answered once, and never lost without the platform knowing."""

import logging
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from handlers.texts import say
from handlers.turn import Answer, Choice
from models.base import writing
from models.conversation import Conversation
from models.errors import Refused
from models.identity import Identity
from models.inbox import DONE, FAILED, Inbound
from models.notification import Notification, Owed, owe
from tests import cast
from tests.statements import heard

from .conftest import NOW, OPENID, echo


def rows(here, model):
    with here.sessions() as session:
        return list(session.scalars(sa.select(model)))


def test_who_writes_is_answered_and_the_message_is_kept(here):
    assert here.say("hello") == "heard: hello"
    (kept,) = rows(here, Inbound)
    assert (kept.openid, kept.kind, kept.state) == (OPENID, "text", DONE)
    assert b"hello" not in kept.body_sealed
    assert b"hello" not in kept.reply_sealed


def test_the_same_push_gets_the_same_reply_and_has_one_effect(here):
    here.answering = lambda turn: Answer(f"heard at {time.monotonic()}")
    xml = here.platform.text("hello")
    first, again = here.content(here.post(xml)), here.content(here.post(xml))
    assert first == again
    assert len(rows(here, Inbound)) == 1


def test_of_pushes_at_the_same_moment_one_has_the_effect(here):
    answered = []

    def answering(turn):
        answered.append(turn.said.text)
        time.sleep(0.05)
        return Answer(f"answer {len(answered)}")

    here.answering = answering
    same = here.platform.text("same")
    others = [here.platform.text(f"other {n}") for n in range(3)]
    with ThreadPoolExecutor(8) as pool:
        replies = [here.content(r) for r in pool.map(here.post, [same, same, *others, same])]
    assert len(rows(here, Inbound)) == 4
    assert replies[0] == replies[1] == replies[5]
    assert len({*replies}) == 4
    assert len(rows(here, Identity)) == 1


def test_a_bug_is_answered_politely_and_undone_and_the_message_kept(here, caplog):
    def answering(turn):
        turn.conversation.keep({"half": "done"}, turn.now)
        turn.session.flush()
        raise KeyError("张小明的秘密")

    here.answering = answering
    xml = here.platform.text("hello")
    reply = here.content(here.post(xml))
    (kept,) = rows(here, Inbound)
    assert (kept.state, len(kept.incident)) == (FAILED, 6)
    assert kept.incident in reply
    assert rows(here, Conversation)[0].state == {}
    assert here.content(here.post(xml)) == reply
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert kept.incident in logged
    assert "KeyError" in logged
    assert "秘密" not in logged


def test_a_refusal_takes_back_what_the_deed_had_begun_and_the_message_is_kept(here):
    def answering(turn):
        turn.conversation.keep({"half": "done"}, turn.now)
        turn.identity.locked_until = turn.now
        raise Refused("rounds_over")

    here.answering = answering
    xml = here.platform.text("hello")
    reply = here.content(here.post(xml))
    assert say("refused.rounds_over") in reply
    assert [row.state for row in rows(here, Inbound)] == [DONE]
    assert "half" not in rows(here, Conversation)[0].state
    assert rows(here, Identity)[0].locked_until is None
    assert here.content(here.post(xml)) == reply
    assert len(rows(here, Inbound)) == 1


def test_a_bug_in_sql_is_a_bug_and_not_a_busy_database(here):
    here.answering = lambda turn: turn.session.execute(sa.text("SELECT nothing FROM nowhere"))
    assert rows(here, Inbound) == []
    here.say("hello")
    assert rows(here, Inbound)[0].state == FAILED


def test_after_a_bug_the_next_message_goes_through(here):
    here.answering = lambda turn: 1 / 0
    here.say("hello")
    here.answering = echo
    assert here.say("hello again") == "heard: hello again"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_who_cannot_be_stored_is_sent_away_within_two_seconds(here, engine):
    outside = sqlite3.connect(engine.url.database, isolation_level=None)
    outside.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(here.post, [here.platform.text(f"word {n}") for n in range(4)]))
    assert [a.status_code for a in answers] == [503] * 4
    assert time.monotonic() - begun < 2.0
    outside.execute("ROLLBACK")
    outside.close()
    assert here.say("now") == "heard: now"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_full_disk_is_no_success(here):
    here.say("hello")
    with here.sessions() as session:
        session.execute(sa.text("PRAGMA max_page_count = 1"))
    here.answering = lambda turn: Answer("x" * 1800)
    answers = {here.post(here.platform.text("more")).status_code for _ in range(40)}
    assert answers == {200, 503} or answers == {503}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_turn_takes_few_statements(here, engine):
    here.say("hello")
    with heard(engine) as asked:
        here.say("hello again")
    assert len(asked) <= 12, asked


SAID, TAPPED = (5, 0), (0, 3)
DEEDS = {
    "words": (lambda p: p.text("hello"), SAID),
    "a picture": (lambda p: p.push("image", "<MediaId>m</MediaId><MsgId>9</MsgId>"), SAID),
    "a tap": (lambda p: p.text("可以", tap=7), TAPPED),
    "the menu": (lambda p: p.event("CLICK", "<EventKey>today</EventKey>"), TAPPED),
    "a scan": (lambda p: p.event("SCAN", "<EventKey>7F3K9Q</EventKey>"), TAPPED),
    "following": (lambda p: p.event("subscribe"), TAPPED),
    "looking at a page": (lambda p: p.event("VIEW", "<EventKey>http://x</EventKey>"), (0, 0)),
}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", DEEDS)
def test_every_deed_opens_the_window_that_the_platform_opens(here, name):
    deed, window = DEEDS[name]
    with writing(here.sessions) as session:
        Identity.reached(session, "demo", OPENID)
    here.post(deed(here.platform))
    (identity,) = rows(here, Identity)
    assert (identity.said_left, identity.tapped_left) == window


def test_a_push_becomes_what_was_said_or_done(here):
    heard = []
    here.answering = lambda turn: heard.append(turn.said)
    p = here.platform
    where = "<Location_X>30.27</Location_X><Location_Y>120.15</Location_Y><Label>家</Label><MsgId>9</MsgId>"
    here.post(p.text("可以", tap=42))
    here.post(p.event("subscribe", "<EventKey>qrscene_7F3K9Q</EventKey><Ticket>t</Ticket>"))
    here.post(p.event("SCAN", "<EventKey>7F3K9Q</EventKey>"))
    here.post(p.event("CLICK", "<EventKey>today</EventKey>"))
    here.post(p.push("location", where))
    here.post(p.push("voice", "<MediaId>m8</MediaId><MediaId16K>m16</MediaId16K><MsgId>10</MsgId>"))
    popup = "<SubscribeMsgPopupEvent><List><TemplateId>t1</TemplateId></List></SubscribeMsgPopupEvent>"
    here.post(p.event("subscribe_msg_popup_event", popup))
    tap, follow, scan, click, place, voice, popped = heard
    assert (tap.kind, tap.text, tap.tap) == ("text", "可以", 42)
    assert (follow.kind, follow.scene, scan.kind, scan.scene) == ("follow", "7F3K9Q", "scan", "7F3K9Q")
    assert (click.kind, click.key) == ("click", "today")
    assert (place.location, voice.media_id) == ((30.27, 120.15), "m16")
    assert (popped.kind, popped.details["list"]) == ("popup", [{"TemplateId": "t1"}])


def test_who_leaves_takes_everything_along(here):
    def answering(turn):
        if turn.said.kind == "unfollow":
            turn.session.execute(sa.delete(Conversation))
            turn.session.delete(turn.identity)
        return Answer("hello") if turn.said.kind == "text" else None

    here.answering = answering
    said = here.platform.text("hello")
    here.post(said)
    assert here.post(here.platform.event("unsubscribe")).data == b"success"
    assert rows(here, Identity) == rows(here, Conversation) == []
    assert {row.openid for row in rows(here, Inbound)} == {""}
    here.post(here.platform.event("TEMPLATESENDJOBFINISH", "<MsgID>1</MsgID><Status>success</Status>"))
    assert rows(here, Identity) == []
    assert here.post(said).data == b"success"
    assert len(rows(here, Inbound)) == 3


def test_a_reply_keeps_within_its_element(here):
    here.answering = lambda turn: Answer("a]]></Content><MsgType>image</MsgType>\x08\ud800 \U0001f600")
    answer = here.platform.opened(here.post(here.platform.text("x")).data)
    assert answer.count("<MsgType>") == 1 + answer.count("]]]]><![CDATA[></Content><MsgType>")
    assert "\x08" not in answer
    assert "\U0001f600" in answer


def test_choices_stand_as_links_below_the_words(here):
    here.answering = lambda turn: Answer("选哪一个？", (Choice(101, "周六 上午"), Choice(102, "都不行")))
    assert here.say("x").splitlines() == [
        "选哪一个？",
        '<a href="weixin://bizmsgmenu?msgmenucontent=%E5%91%A8%E5%85%AD%20%E4%B8%8A%E5%8D%88&msgmenuid=101">1. 周六 上午</a>',
        '<a href="weixin://bizmsgmenu?msgmenucontent=%E9%83%BD%E4%B8%8D%E8%A1%8C&msgmenuid=102">2. 都不行</a>',
    ]


def test_links_give_way_to_numbers_where_the_platform_would_refuse_the_length(here):
    here.answering = lambda turn: Answer("字" * 550, tuple(Choice(n, f"第{n}项") for n in range(9)))
    reply = here.say("x")
    assert len(reply.encode()) <= 2048
    assert reply.endswith("9. 第8项")
    assert "<a" not in reply


def test_words_of_one_person_never_become_a_link_for_another(here):
    here.answering = lambda turn: Answer('她说：<a href="http://evil">点我</a>')
    assert "<a" not in here.say("x")


def test_a_worker_is_woken_only_when_something_is_due(here):
    with writing(here.sessions) as session:
        people = cast.enter(session)
        school, mother = people.school.id, people.mother.id

    def owing(due_at):
        def answering(turn):
            owe(turn.session, [Owed(school, "visit.offer", turn.identity.id, mother, due_at)], turn.now)

        return answering

    for due_at, woken in ((NOW + timedelta(hours=1), 0), (NOW, 1)):
        here.answering = owing(due_at)
        here.say("x", openid=f"o{woken}")
        assert here.woken == woken
    here.answering = echo
    here.say("x")
    assert here.woken == 1


def test_a_template_that_did_not_arrive_is_a_failure_after_all(here):
    with writing(here.sessions) as session:
        people = cast.enter(session)
        owe(session, [Owed(people.school.id, "survey.ask", 0, people.mother.id, NOW)], NOW)
        row = session.scalars(sa.select(Notification)).one()
        row.state, row.receipt = "sent", "31415"
    here.post(here.platform.event("TEMPLATESENDJOBFINISH", "<MsgID>31415</MsgID><Status>success</Status>"))
    assert rows(here, Notification)[0].state == "sent"
    here.post(here.platform.event("TEMPLATESENDJOBFINISH", "<MsgID>31415</MsgID><Status>failed:user block</Status>"))
    assert rows(here, Notification)[0].state == "failed"


def test_strangers_get_no_further_than_the_door(here):
    client = here.client()
    assert client.get("/wechat/demo").status_code == 400
    assert client.get("/wechat/other").status_code == 404
    assert client.post("/wechat/other", data=b"x").status_code == 404
    assert client.post("/wechat/demo", data=b"x" * (64 * 1024 + 1)).status_code == 413
    assert client.post("/wechat/demo?timestamp=1&timestamp=2", data=b"x").status_code == 400
    assert rows(here, Inbound) == []


@pytest.mark.usefixtures("caplog")
def test_what_is_refused_is_logged_without_its_words(here, caplog):
    caplog.set_level(logging.INFO)
    query, body = here.platform.sealed(here.platform.text("secret words"), nonce="nonce-of-the-push")
    here.client().post("/wechat/demo", query_string={**query, "msg_signature": "0"}, data=body)
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "wrong signature" in logged
    assert not any(word in logged for word in ("secret", "nonce-of-the-push", OPENID))

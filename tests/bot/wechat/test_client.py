"""Calls out: done is only what WeChat says is done, within a bounded time, and with no secret in any word of ours."""

from __future__ import annotations

import socket
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest

from bot.config import Account
from bot.wechat import wire
from bot.wechat.client import SendError, WeChat, connect
from tests.fake_wechat import OK, FakeWeChat


@pytest.fixture
def fake() -> Iterator[FakeWeChat]:
    fake = FakeWeChat()
    yield fake
    fake.close()


@pytest.fixture
def calling(account: Account, fake: FakeWeChat) -> Account:
    return replace(account, api_base=fake.url)


@pytest.fixture
def client(calling: Account) -> WeChat:
    return WeChat(calling, None, deadline=1.0)


def test_words_go_out_as_utf8_with_the_token(client, fake):
    client.send_text("oParent", "周六下午3点")
    ((path, query, body),) = fake.calls
    assert (path, query) == ("/cgi-bin/message/custom/send", {"access_token": "token-1"})
    assert body == {"touser": "oParent", "msgtype": "text", "text": {"content": "周六下午3点"}}


def test_nothing_is_escaped_that_the_menu_refuses(client, fake):
    raw = []
    read = []

    def look(handler):
        raw.append(handler.headers["Content-Length"])
        handler.answer(OK)

    fake.answers.append(look)
    client.create_menu([{"type": "click", "name": "今天", "key": "today"}])
    read = fake.calls[0][2]
    assert read["button"][0]["name"] == "今天"
    assert int(raw[0]) < 70  # three bytes a character; \uXXXX would be six


def test_wechatpys_own_calls_take_the_same_wire(client, fake):
    fake.usual = {"template_list": [{"template_id": "a"}]}
    assert client.templates() == [{"template_id": "a"}]
    fake.usual = {"ticket": "T", "url": "http://weixin.qq.com/q/x", "expire_seconds": 60}
    assert client.create_qr("7F3K9Q", 60) == ("T", "http://weixin.qq.com/q/x")
    fake.usual = {"subscribe": 1, "openid": "o", "unionid": "u"}
    assert client.user_info("o")["unionid"] == "u"
    assert client.user.get("o")["unionid"] == "u"
    assert client.access_token == "token-1"


def test_connections_are_kept_open(client, fake):
    for _ in range(20):
        client.send_text("o", "x")
    assert fake.connections == 1


def raw_answer(words: bytes):
    def answer(handler):
        handler.wfile.write(words)
        handler.close_connection = True

    return answer


def hang(handler):
    time.sleep(1.3)
    handler.answer(OK)


def dribble(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    for _ in range(8):
        time.sleep(0.2)
        handler.wfile.write(b"{")
        handler.wfile.flush()
    handler.close_connection = True


BOMB = zlib.compress(b'{"errcode": 0, "x": "' + b"0" * 3_000_000 + b'"}')
PAGE = b"<html><head><title>502 Bad Gateway</title></head></html>"
NOT_SENT = {
    "a page with 200": (PAGE, False),
    "nothing with 200": (b"", False),
    "an array": (b"[0]", False),
    "a word": (b'"ok"', False),
    "no errcode": (b"{}", True),
    "errcode in words": (b'{"errcode": "0"}', True),
    "errcode true": (b'{"errcode": false}', True),
    "an object broken off": (b'{"errcode": 0', True),
    "half of what was promised": (raw_answer(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"errcode": 0}'), True),
    "a connection that ends": (raw_answer(b""), True),
    "noise": (raw_answer(b"\x00\x01 noise\r\n\r\n"), True),
    "elsewhere": (lambda h: h.answer(OK, 302, Location="/cgi-bin/other"), False),
    "not found": (lambda h: h.answer(OK, 404), False),
    "a server's fault": (lambda h: h.answer(OK, 500), False),
    "a gateway's despair": (lambda h: h.answer(PAGE, 504), True),
    "a bomb": (lambda h: h.answer(BOMB, Content_Encoding="deflate"), False),
    "no gzip after all": (lambda h: h.answer(b"plain", Content_Encoding="gzip"), True),
    "silence": (hang, True),
    "one byte at a time": (dribble, True),
}


#: Each of them would go on for ten seconds, and every byte comes well within what is left.
DRIBBLES = {
    "the status": b"HTTP/1.1 200 " + b"O" * 190,
    "a header": b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 180,
    "many headers": b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 31,
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\n{\r\n" * 26,
}


@pytest.mark.parametrize("name", DRIBBLES)
def test_who_answers_byte_by_byte_holds_up_nobody_beyond_the_deadline(account, name):
    with dribbling(DRIBBLES[name]) as (port, given):
        client = WeChat(replace(account, api_base=f"http://127.0.0.1:{port}"), None, deadline=0.5)
        with pytest.raises(SendError):
            client.send_text("o", "x")
        heard_until = len(given)
    assert 0 < heard_until < 150


@contextmanager
def dribbling(answer: bytes) -> Iterator[tuple[int, list[int]]]:
    """A server that gives its answer to one question byte by byte, twenty a second; and the bytes that it gave."""
    given: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def talk() -> None:
            peer, _ = door.accept()
            with peer, suppress(OSError):
                peer.recv(65536)
                for byte in answer:
                    peer.sendall(bytes([byte]))
                    given.append(byte)
                    time.sleep(0.05)

        thread = threading.Thread(target=talk)
        thread.start()
        yield door.getsockname()[1], given
        thread.join()


@pytest.mark.parametrize("name", NOT_SENT)
def test_nothing_but_errcode_0_in_an_object_is_sent(client, fake, name):
    answer, unknown = NOT_SENT[name]
    fake.answers.append(answer)
    begun = time.monotonic()
    with pytest.raises(SendError) as error:
        client.send_text("o", "x")
    assert time.monotonic() - begun < 1.6
    assert (error.value.errcode, error.value.unknown) == (None, unknown)


def test_where_no_connection_comes_about_nothing_was_sent(account):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(SendError) as error:
        WeChat(replace(account, api_base=f"http://127.0.0.1:{port}"), None).send_text("o", "x")
    assert not error.value.unknown


def test_the_deadline_holds_for_token_and_call_together(calling, fake):
    fake.token_delay = fake.delay = 0.7
    client, begun = WeChat(calling, None, deadline=1.0), time.monotonic()
    with pytest.raises(SendError):
        client.send_text("o", "x")
    assert time.monotonic() - begun < 1.3


def test_a_refusal_has_its_number_and_no_secrets(client, fake, account):
    openid, phone = "oParent_000000000000000000001", "13800138000"
    fake.answers.append({"errcode": 45015, "errmsg": f"out of time access_token=abc.def secret: xyz {openid} {phone}"})
    with pytest.raises(SendError) as error:
        client.send_text(openid, "x")
    assert (error.value.errcode, error.value.permanent, error.value.unknown) == (45015, True, False)
    assert not any(word in str(error.value) for word in ("abc.def", "xyz", openid, phone))


def test_no_exception_carries_the_address_with_its_token(client, fake):
    fake.answers.append(raw_answer(b""))
    with pytest.raises(SendError) as error:
        client.send_text("o", "x")
    assert "token" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


def test_a_void_token_is_renewed_once_and_the_call_made_once_more(client, fake):
    fake.answers.append({"errcode": 40001, "errmsg": "invalid credential"})
    client.send_text("o", "x")
    assert [query["access_token"] for _, query, _ in fake.calls] == ["token-1", "token-2"]
    assert fake.tokens == [False, False, True]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_that_stays_void_is_asked_for_no_more_than_every_half_minute(client, fake, code):
    fake.usual = {"errcode": code, "errmsg": "invalid"}
    for _ in range(5):
        with pytest.raises(SendError) as error:
            client.send_text("o", "x")
        assert error.value.errcode == code
    assert len(fake.calls) == 10
    assert len(fake.tokens) == 3


def test_many_threads_fetch_one_token(calling, fake, redis_url, redis):
    fake.token_delay = 0.05
    clients = [WeChat(calling, connect(redis_url)) for _ in range(4)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: clients[n % 4].send_text("o", "x"), range(16)))
    assert fake.tokens == [False]
    assert 6800 < redis.ttl(f"jiafang:token:{calling.appid}") <= 6900


def test_a_token_that_another_process_renewed_is_taken_over(calling, fake, redis_url, redis):
    ours = WeChat(calling, connect(redis_url))
    ours.send_text("o", "x")
    redis.set(f"jiafang:token:{calling.appid}", "token-of-another", ex=600)
    fake.answers.append({"errcode": 40001, "errmsg": "invalid credential"})
    ours.send_text("o", "x")
    assert fake.calls[-1][1]["access_token"] == "token-of-another"
    assert fake.tokens == [False]


def test_of_many_with_a_void_token_one_renews_it(calling, fake, redis_url, redis):
    clients = [WeChat(calling, connect(redis_url)) for _ in range(4)]
    for client in clients:
        client.send_text("o", "x")

    def judge(handler):
        void = "token-1" in handler.path
        handler.answer({"errcode": 40001, "errmsg": "invalid"} if void else OK)

    fake.usual = judge
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: clients[n % 4].send_text("o", "x"), range(16)))
    assert fake.tokens == [False, False, True]


def test_without_redis_the_token_is_the_processs_own(calling, fake):
    client = WeChat(calling, connect("redis://127.0.0.1:1/0"))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: client.send_text("o", "x"), range(16)))
    assert fake.tokens == [False]


def test_a_token_with_little_life_left_is_not_used_beyond_it(calling, fake, redis_url, redis):
    fake.token_answer = {"access_token": "short", "expires_in": 301}
    WeChat(calling, connect(redis_url)).send_text("o", "x")
    assert redis.ttl(f"jiafang:token:{calling.appid}") <= 5


@pytest.mark.parametrize(
    "answer", [{"errcode": 40125, "errmsg": "invalid appsecret"}, {"access_token": ""}, b"", b"[]", PAGE]
)
def test_without_a_token_nothing_is_sent(client, fake, answer):
    fake.token_answer = answer
    with pytest.raises(SendError) as error:
        client.send_text("o", "x")
    assert not error.value.unknown
    assert fake.calls == []


def test_masked_words_stay_readable():
    assert wire.scrub("invalid ip 1.2.3.4, access_token=abc&x=1") == "invalid ip 1.2.3.4, access_token=***&x=1"

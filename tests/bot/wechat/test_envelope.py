"""What is forged, damaged or too large is refused with 4xx, and nothing that is refused reaches the database."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from werkzeug.datastructures import MultiDict

from bot.config import Account
from bot.wechat.envelope import Malformed, answer_check, open_push, seal_reply

from .conftest import NOW, OPENID, Platform, sha1

VECTOR = Account(
    name="vector", appid="wx1234567890abcdef", token="HomeVisit2026",
    aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFI",
)  # fmt: skip
VECTOR_ENCRYPT = (
    "biq0FzuHX35CU+X7SQru0VriVhEPJWp+cVIYapqAEJCX3ovh/R3JqVSjkBSn2W/bgRhEbeXIdDNwSbbWBZ3d8VuJ7DLkXfNO6OzMbQDNZymxzz4SS0CY"
    "JQjzum/ZL2BC+MnShjJhmnWr4jk7bzdJwpH9kHhDPRBBdhg/0cFR0SEWthOYD9qbXUjzwdG6wNlDhgA3H1cLU8dZ80YFmfJjnu93peNO86TR3kjy8XHY"
    "z7SAZMOGYogUDc9HLCWaBktkt+cuofB6vyK5oskwovEfwibyzjhTxE/PU0wLO11oJKLNe/PQjBrvh22fQs7jCgCSQM4YcbAkVANro/dxKzMEaip/57Wp"
    "OKrF1MM7C3yx2dY2USEPTRFT3p2gZJWnJD4/3aSku01tD3sg0DLa+GoSd+JgvHPn1i4tU7GK/7QyTEfzrvhpQZ87xb9tVr6ShrWFy/RLIVX8tnveEzIm"
    "T6FZsA=="
)


def test_the_worked_example_is_opened():
    query = {"timestamp": "1767225600", "nonce": "20260101", "encrypt_type": "aes",
             "msg_signature": "a3c4600c9c9048f3f06c387b30371bbdf1ea7592"}  # fmt: skip
    body = f"<xml><Encrypt><![CDATA[{VECTOR_ENCRYPT}]]></Encrypt></xml>".encode()
    push = open_push(VECTOR, MultiDict(query), body, datetime.fromtimestamp(1767225600, UTC))
    assert (push.openid, push.to, push.key) == (OPENID, "gh_0school0001", "24680135792468013")
    assert push.fields["Content"] == "周六下午可以家访吗"


def test_the_address_check_of_the_official_example_is_answered_with_its_echo():
    account = replace(VECTOR, token="AAAAA")
    query = {"signature": "f464b24fc39322e44b38aa78f5edd27bd1441696", "timestamp": "1714036504",
             "nonce": "1514711492", "echostr": "4375120948345356249"}  # fmt: skip
    now = datetime.fromtimestamp(1714036504, UTC)
    assert answer_check(account, MultiDict(query), now) == "4375120948345356249"
    with pytest.raises(Malformed) as refused:
        answer_check(account, MultiDict({**query, "nonce": "1514711493"}), now)
    assert refused.value.status == 403


def test_a_reply_is_sealed_with_the_key_that_opened_the_push(account, platform):
    for platform.key in (account.aes_key, account.previous_aes_key):
        query, body = platform.sealed(platform.text("hello"))
        push = open_push(account, MultiDict(query), body, NOW)
        assert push.aes_key == platform.key
        assert platform.opened(seal_reply(account, push, "<xml>回复</xml>").encode()) == "<xml>回复</xml>"


def test_a_key_of_nobody_is_refused(account, platform):
    platform.key = "x" * 43
    assert refusal(account, *platform.sealed(platform.text("hello"))) == 403


QUERIES = {
    "another message signature": (403, {"msg_signature": "0" * 40}),
    "an empty message signature": (400, {"msg_signature": ""}),
    "a message signature that is not ASCII": (400, {"msg_signature": "签" * 40}),
    "a plain signature in its place": (403, {"msg_signature": "signature"}),
    "an old timestamp": (403, {"timestamp": str(int(NOW.timestamp()) - 601)}),
    "a timestamp of the future": (403, {"timestamp": str(int(NOW.timestamp()) + 601)}),
    "a timestamp of nine digits": (400, {"timestamp": "176722560"}),
    "a timestamp in words": (400, {"timestamp": "yesterday!"}),
    "a timestamp of Arabic digits": (400, {"timestamp": "١٧٦٧٢٢٥٦٠٠"}),
    "a timestamp with a sign": (400, {"timestamp": "+176722560"}),
    "a nonce of 129 characters": (400, {"nonce": "1" * 129}),
    "no encryption": (403, {"encrypt_type": "raw"}),
    "a stray parameter too long": (400, {"echostr": "1" * 129}),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_wrong_address_is_refused(account, platform, name):
    status, change = QUERIES[name]
    query, body = platform.sealed(platform.text("hello"), **{k: v for k, v in change.items() if k != "msg_signature"})
    mark = change.get("msg_signature")
    if mark is not None:
        query["msg_signature"] = query["signature"] if mark == "signature" else mark
    assert refusal(account, query, body) == status


@pytest.mark.parametrize("name", ["timestamp", "nonce", "msg_signature", "encrypt_type"])
def test_a_parameter_that_is_missing_or_stands_twice_is_refused(account, platform, name):
    query, body = platform.sealed(platform.text("hello"))
    assert refusal(account, {k: v for k, v in query.items() if k != name}, body) == 400
    assert refusal(account, [*query.items(), (name, query[name])], body) == 400


def test_digits_cannot_move_between_timestamp_and_nonce(account, platform):
    query, body = platform.sealed(platform.text("hello"))
    moved = {**query, "timestamp": query["timestamp"][:-1], "nonce": query["timestamp"][-1] + query["nonce"]}
    assert refusal(account, moved, body) == 400


BODIES = {
    "nothing": (400, b""),
    "words": (400, b"hello"),
    "JSON": (400, b'{"Encrypt": "x"}'),
    "half of it": (400, b"<xml><Encrypt>abc"),
    "a NUL": (400, b"<xml><Encrypt>a\0c</Encrypt></xml>"),
    "another root": (400, b"<yml><Encrypt>abc</Encrypt></yml>"),
    "no Encrypt": (400, b"<xml><ToUserName>a</ToUserName></xml>"),
    "an empty root": (400, b"<xml/>"),
    "an empty Encrypt": (400, b"<xml><Encrypt></Encrypt></xml>"),
    "a nested Encrypt": (400, b"<xml><Encrypt><Encrypt>abc</Encrypt></Encrypt></xml>"),
    "Encrypt twice": (400, b"<xml><Encrypt>abc</Encrypt><Encrypt>abc</Encrypt></xml>"),
    "Encrypt with an attribute": (400, b'<xml><Encrypt a="b">abc</Encrypt></xml>'),
    "not UTF-8": (400, b"<xml><Encrypt>\xff\xfe</Encrypt></xml>"),
    "an entity bomb": (400, b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'),
    "an external entity": (400, b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Encrypt>&a;</Encrypt></xml>'),
    "a DTD hidden behind an instruction": (400, b'<?a <![CDATA[?><!DOCTYPE x><xml><Encrypt>abc</Encrypt></xml><?b ]]>?>'),
    "an entity of the usual five": (400, b"<xml><Encrypt>a&amp;b</Encrypt></xml>"),
    "an instruction": (400, b"<xml><?a b?><Encrypt>abc</Encrypt></xml>"),
    "nine floors": (400, b"<xml>" + b"<a>" * 9 + b"</a>" * 9 + b"<Encrypt>abc</Encrypt></xml>"),
    "64 KB and one byte": (413, b"<xml>" + b" " * (64 * 1024 - 4)),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_a_wrong_body_is_refused(account, platform, name):
    status, body = BODIES[name]
    assert refusal(account, platform.query("abc"), body) == status


FRAMES = {
    "padding of zero": lambda p, x: p.frame(x).ljust(-(-len(p.frame(x)) // 32) * 32, b"\0"),
    "padding of 43": lambda p, x: ragged(p.frame(x.ljust(-(-len(x) // 32) * 32 + 32 - (37 + 43) % 32)), 43),
    "only the last padding byte right": lambda p, x: spoiled(p.pad(p.frame(x))),
    "blocks of sixteen": lambda p, x: p.pad(p.frame(x))[:-16],
    "another appid": lambda p, x: p.pad(p.frame(x, "wxsandbox00000002")),
    "no appid": lambda p, x: p.pad(p.frame(x, "")),
    "an appid and more": lambda p, x: p.pad(p.frame(x, "wxsandbox00000001x")),
    "a length of zero": lambda p, x: p.pad(b"0" * 16 + bytes(4) + x + b"wxsandbox00000001"),
    "a length beyond the end": lambda p, x: p.pad(b"0" * 16 + b"\xff" * 4 + x + b"wxsandbox00000001"),
    "sixteen bytes": lambda p, x: p.pad(b"0" * 16),
    "noise": lambda p, x: bytes(range(64)),
}


def ragged(plain: bytes, count: int) -> bytes:
    """Padded by another count than the platform's; blanks behind the XML make the length fit."""
    return plain + bytes([count]) * count


def spoiled(padded: bytes) -> bytes:
    return padded[:-2] + bytes([padded[-2] ^ 1]) + padded[-1:] if padded[-1] > 1 else padded[:-1] + b"\x09"


@pytest.mark.parametrize("name", FRAMES)
def test_a_wrong_frame_is_refused(account, platform, name):
    encrypted = platform.encrypt(FRAMES[name](platform, platform.text("hello").encode()))
    assert refusal(account, platform.query(encrypted), platform.envelope(encrypted)) == 403


@pytest.mark.parametrize("encrypted", ["abc", "YWJj", "YWJjZGVmZ2hpamtsbW5vcA==", "=", "a=bc"])
def test_what_is_no_cipher_text_is_refused(account, platform, encrypted):
    assert refusal(account, platform.query(encrypted), platform.envelope(encrypted)) == 403


HEAD = "<ToUserName>gh_school0001</ToUserName><FromUserName>oParent</FromUserName><CreateTime>1767225600</CreateTime>"
INNERS = {
    "nothing": "",
    "no MsgType": f"<xml>{HEAD}</xml>",
    "an empty MsgType": f"<xml>{HEAD}<MsgType></MsgType></xml>",
    "MsgType twice": f"<xml>{HEAD}<MsgType>text</MsgType><MsgType>text</MsgType></xml>",
    "a nested MsgType": f"<xml>{HEAD}<MsgType><a>text</a></MsgType></xml>",
    "MsgType with an attribute": f'<xml>{HEAD}<MsgType a="1">text</MsgType></xml>',
    "FromUserName twice": f"<xml>{HEAD}<FromUserName>oOther</FromUserName><MsgType>text</MsgType></xml>",
    "no FromUserName": "<xml><ToUserName>gh</ToUserName><CreateTime>1</CreateTime><MsgType>text</MsgType></xml>",
    "a FromUserName too long": f"<xml>{HEAD.replace('oParent', 'o' * 65)}<MsgType>text</MsgType></xml>",
    "a FromUserName in Chinese": f"<xml>{HEAD.replace('oParent', '家长')}<MsgType>text</MsgType></xml>",
    "CreateTime in words": f"<xml>{HEAD.replace('1767225600', 'abc')}<MsgType>text</MsgType></xml>",
    "a CreateTime of ages to come": f"<xml>{HEAD.replace('1767225600', '1' + '0' * 18)}<MsgType>text</MsgType></xml>",
    "an event without Event": f"<xml>{HEAD}<MsgType>event</MsgType></xml>",
    "an empty Event": f"<xml>{HEAD}<MsgType>event</MsgType><Event></Event></xml>",
    "Event twice": f"<xml>{HEAD}<MsgType>event</MsgType><Event>CLICK</Event><Event>CLICK</Event></xml>",
    "a nested EventKey": f"<xml>{HEAD}<MsgType>event</MsgType><Event>subscribe</Event><EventKey><a/></EventKey></xml>",
    "MsgId twice": f"<xml>{HEAD}<MsgType>text</MsgType><MsgId>1</MsgId><MsgId>2</MsgId></xml>",
    "an empty MsgId": f"<xml>{HEAD}<MsgType>text</MsgType><MsgId></MsgId></xml>",
    "a menu id in letters": f"<xml>{HEAD}<MsgType>text</MsgType><MsgId>1</MsgId><bizmsgmenuid>a</bizmsgmenuid></xml>",
    "an entity": f"<xml>{HEAD}<MsgType>text</MsgType><Content>a&b;</Content><MsgId>1</MsgId></xml>",
    "a DTD": f"<!DOCTYPE xml><xml>{HEAD}<MsgType>text</MsgType></xml>",
    "another root": f"<yml>{HEAD}<MsgType>text</MsgType></yml>",
}  # fmt: skip


@pytest.mark.parametrize("name", INNERS)
def test_a_wrong_message_inside_is_refused(account, platform, name):
    assert refusal(account, *platform.sealed(INNERS[name])) == 400


def test_what_only_looks_dangerous_inside_cdata_is_let_through(account, platform):
    words = "<!DOCTYPE x> &amp; <b> ]]]]><![CDATA[> 好"
    query, body = platform.sealed(platform.text(words))
    assert open_push(account, MultiDict(query), body, NOW).fields["Content"] == "<!DOCTYPE x> &amp; <b> ]]> 好"


def test_ids_stay_text(account, platform):
    xml = platform.text("hello").replace("<MsgId>", "<MsgId>49d72d67b16d115e_1555684067-")
    query, body = platform.sealed(xml)
    assert open_push(account, MultiDict(query), body, NOW).key.startswith("49d72d67b16d115e_1555684067-")


def test_two_events_of_one_second_are_two_pushes(account, platform):
    keys = set()
    for number in (1, 2):
        query, body = platform.sealed(platform.event("TEMPLATESENDJOBFINISH", f"<MsgID>{number}</MsgID>"))
        keys.add(open_push(account, MultiDict(query), body, NOW).key)
    assert len(keys) == 2


def test_an_unencrypted_push_is_refused_unless_the_sandbox_asks_for_it(account, platform):
    stamp = str(int(NOW.timestamp()))
    query = {"timestamp": stamp, "nonce": "1", "signature": sha1(account.token, stamp, "1")}
    body = platform.text("hello").encode()
    assert refusal(account, query, body) == 400
    assert refusal(account, {**query, "encrypt_type": "raw", "msg_signature": "0"}, body) == 403
    assert open_push(account, MultiDict(query), body, NOW, plain=True).fields["Content"] == "hello"
    with pytest.raises(Malformed):
        open_push(account, MultiDict({**query, "signature": "0"}), body, NOW, plain=True)


def refusal(account: Account, query, body: bytes) -> int:
    """The status of the refusal, which must be one."""
    with pytest.raises(Malformed) as refused:
        open_push(account, MultiDict(query), body, NOW)
    return refused.value.status


def test_the_platform_of_the_tests_is_believed(account):
    query, body = Platform(account).sealed(Platform(account).text("hello"))
    assert open_push(account, MultiDict(query), body, NOW).fields["Content"] == "hello"

"""What the platform says when it refuses a call: errcode, English words, a number to ask about."""

import secrets

WORDS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40029: "invalid code",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40035: "invalid parameter",
    40036: "invalid template_id size",
    40037: "invalid template_id",
    40052: "invalid action name",
    40053: "invalid action info",
    40066: "invalid url",
    40125: "invalid appsecret",
    40163: "code been used",
    40164: "invalid ip 127.0.0.1, not in whitelist",
    40200: "invalid account type",
    40249: "marketing content is not allowed",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    42001: "access_token expired",
    43002: "require POST method",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    43107: "subscribe message ability is banned",
    43108: "concurrent send to one user",
    43116: "template is restricted",
    44002: "empty post data",
    44004: "empty content",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45072: "command invalid",
    45080: "need talk first",
    45081: "already in typing state",
    45087: "customer service message from this account have been blocked!",
    45098: "msgmenu list too long",
    45099: "msgmenu item too long",
    45168: "sensitive word",
    46003: "menu no exist",
    47001: "data format error",
    47002: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
    48002: "user block receive message",
    48004: "api forbidden for irregularities",
    50002: "user limited",
    50005: "user is unsubscribed",
    76021: "cgi_path not found",
    76022: "could not use this cgi_path, no permission",
}


class ApiError(Exception):
    """A refusal; it goes out with HTTP 200 like all of them."""

    def __init__(self, errcode: int, detail: str = "") -> None:
        super().__init__(errcode)
        self.errcode = errcode
        words = WORDS.get(errcode, "error")
        self.errmsg = f"{words} {detail}".strip()

    def body(self) -> dict[str, object]:
        """The JSON that the caller gets."""
        return {"errcode": self.errcode, "errmsg": f"{self.errmsg} rid: {new_rid()}"}


def new_rid() -> str:
    """The number by which one would ask the platform what went wrong."""
    digits = secrets.token_hex(12)
    return f"{digits[:8]}-{digits[8:16]}-{digits[16:]}"

"""Reads what a customer-service message (客服消息) says."""

from typing import Any

from bot.sandbox.api.door import Call
from bot.sandbox.errors import ApiError
from bot.sandbox.replies import TEXT_BYTES, Said
from bot.sandbox.words import Piece, read_menu, read_text

_MOST_ITEMS = 10
_ITEM_BYTES = 60


def read_speech(call: Call, body: dict[str, Any]) -> Said:
    """What the phone will show; refusals are the platform's."""
    kind = body.get("msgtype")
    part = body.get(str(kind))
    if kind not in ("text", "msgmenu", "image", "news"):
        raise ApiError(40008)
    if not isinstance(part, dict):
        raise ApiError(44004)
    raw = call.raw.decode()
    if kind == "image":
        media_id = str(part.get("media_id") or "")
        call.ground.media.get(call.account.name, media_id, call.ground.now())
        return Said("image", (Piece("[图片]"),), raw, media_id)
    if kind == "news":
        return Said("text", _article(part), raw)
    if kind == "msgmenu":
        return Said("text", _menu(part), raw)
    return Said("text", read_text(_words(part.get("content"))), raw)


def _words(given: object, may_be_empty: bool = False) -> str:
    words = given if isinstance(given, str) else ""
    if not words.strip() and not may_be_empty:
        raise ApiError(44004)
    if len(words.encode()) > TEXT_BYTES:
        raise ApiError(45002)
    return words


def _menu(part: dict[str, Any]) -> tuple[Piece, ...]:
    items = part.get("list")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise ApiError(44004)
    if len(items) > _MOST_ITEMS:
        raise ApiError(45098)
    pairs = [(str(item.get("id") or ""), _words(item.get("content"))) for item in items]
    if any(len(label.encode()) > _ITEM_BYTES for _, label in pairs):
        raise ApiError(45099)
    head = _words(part.get("head_content"), may_be_empty=True)
    return read_menu(head, pairs, _words(part.get("tail_content"), may_be_empty=True))


def _article(part: dict[str, Any]) -> tuple[Piece, ...]:
    articles = part.get("articles")
    if not isinstance(articles, list) or not articles or not isinstance(articles[0], dict):
        raise ApiError(44004)
    if len(articles) > 1:
        raise ApiError(45008)
    article = articles[0]
    about = str(article.get("description") or "")
    title = Piece(str(article.get("title") or ""), url=str(article.get("url") or ""))
    return (title, Piece(f"\n{about}" if about else ""))

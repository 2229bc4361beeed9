"""The menu (自定义菜单) at the foot of a chat: what the platform accepts, and finding a button."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import ApiError
from bot.sandbox.store import Store

_PRESSED = {"click": "key", "view": "url", "miniprogram": "pagepath"}
_PICTURES = frozenset({"pic_sysphoto", "pic_photo_or_album", "pic_weixin"})
_KEYED = _PICTURES | {"click", "scancode_push", "scancode_waitmsg", "location_select"}
_KNOWN = _KEYED | {"view", "miniprogram", "media_id", "view_limited", "article_id", "article_view_limited"}


@dataclass(frozen=True)
class Button:
    """Something to press; `sends` is its key, address or page."""

    label: str
    type: str
    sends: str


class Menus:
    """One menu an account. The caller holds the platform's lock."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._menus: dict[str, list[dict[str, Any]]] = dict(store.all("menu"))

    def create(self, account: str, body: dict[str, Any]) -> None:
        buttons = body.get("button")
        _check_row(buttons, 3, 16, sub=False)
        assert isinstance(buttons, list)
        self._menus[account] = buttons
        self._store.put("menu", account, buttons)

    def get(self, account: str) -> list[dict[str, Any]]:
        if account not in self._menus:
            raise ApiError(46003)
        return self._menus[account]

    def delete(self, account: str) -> None:
        self._menus.pop(account, None)
        self._store.drop("menu", account)

    def rows(self, account: str) -> list[tuple[str, tuple[Button, ...]]]:
        """The menu as it is drawn: what stands at the foot, and what opens above it."""
        return [
            (str(top["name"]), tuple(_button(leaf) for leaf in top.get("sub_button") or [top]))
            for top in self._menus.get(account, [])
        ]

    def find(self, account: str, label: str) -> Button:
        """The button of that name, else of that key."""
        leaves = [button for _, row in self.rows(account) for button in row]
        for button in leaves:
            if button.label == label:
                return button
        for button in leaves:
            if button.sends == label:
                return button
        raise LookupError(f"no menu button {label}; there are: {', '.join(b.label for b in leaves)}")


def _button(leaf: dict[str, Any]) -> Button:
    kind = str(leaf.get("type", ""))
    return Button(str(leaf["name"]), kind, str(leaf.get(_PRESSED.get(kind, "key"), "")))


def _check_row(buttons: object, most: int, name_bytes: int, *, sub: bool) -> None:
    """Errcodes of a sub menu are those of the top plus seven."""
    shift = 7 if sub else 0
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= most:
        raise ApiError(40016 + shift)
    for button in buttons:
        if not isinstance(button, dict):
            raise ApiError(47001)
        name = str(button.get("name") or "")
        if not 1 <= len(name.encode()) <= name_bytes:
            raise ApiError(40018 + shift)
        if not sub and button.get("sub_button"):
            _check_row(button["sub_button"], 5, 60, sub=True)
        else:
            _check_leaf(button, shift)


def _check_leaf(button: dict[str, Any], shift: int) -> None:
    kind = button.get("type")
    if kind not in _KNOWN:
        raise ApiError(40017 + shift)
    if kind in _KEYED and not 1 <= len(str(button.get("key") or "").encode()) <= 128:
        raise ApiError(40019 + shift)
    if kind in ("view", "miniprogram") and not 1 <= len(str(button.get("url") or "").encode()) <= 1024:
        raise ApiError(40020 + shift)

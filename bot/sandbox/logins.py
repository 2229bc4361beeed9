"""Codes by which the mini-program's back end learns who opened it (wx.login)."""

import secrets
from dataclasses import dataclass

from bot.sandbox.errors import ApiError

LIFE = 300.0


@dataclass
class Login:
    account: str
    openid: str
    unionid: str
    until: float
    used: bool = False


class Logins:
    """One-use codes, in real time like tokens. The caller holds the platform's lock."""

    def __init__(self) -> None:
        self._logins: dict[str, Login] = {}

    def add(self, account: str, openid: str, unionid: str, moment: float) -> str:
        code = secrets.token_urlsafe(24)
        self._logins[code] = Login(account, openid, unionid, moment + LIFE)
        return code

    def use(self, account: str, code: str, moment: float) -> Login:
        """40029 for a code that is wrong or old, 40163 for one used before."""
        login = self._logins.get(code)
        if login is None or login.account != account or login.until <= moment:
            raise ApiError(40029)
        if login.used:
            raise ApiError(40163)
        login.used = True
        return login

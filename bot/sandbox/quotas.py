"""How often an account may call what in a day; the day is the school's."""

from datetime import datetime, timedelta, timezone

from bot.sandbox.errors import ApiError

#: The platform counts days in China's time, wherever the school's server stands.
_CHINA = timezone(timedelta(hours=8))

#: Calls a day for a new service account.
DAILY = {
    "/cgi-bin/token": 2000,
    "/cgi-bin/stable_token": 500000,
    "/cgi-bin/message/custom/send": 500000,
    "/cgi-bin/message/custom/typing": 500000,
    "/cgi-bin/message/template/send": 100000,
    "/cgi-bin/message/subscribe/bizsend": 10000000,
    "/cgi-bin/message/subscribe/send": 10000000,
    "/cgi-bin/template/get_all_private_template": 10000,
    "/cgi-bin/menu/create": 1000,
    "/cgi-bin/menu/get": 10000,
    "/cgi-bin/menu/delete": 1000,
    "/cgi-bin/qrcode/create": 100000,
    "/cgi-bin/user/info": 5000000,
    "/cgi-bin/media/get": 200000,
    "/cgi-bin/getcallbackip": 10000,
    "/cgi-bin/callback/check": 10000,
    "/cgi-bin/openapi/quota/get": 10000,
}


class Quotas:
    """Calls of the day by account and path. The caller holds the platform's lock."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], tuple[str, int]] = {}

    def count(self, account: str, path: str, now: datetime) -> None:
        """One call more; 45009 when the day's are used up."""
        used = self.used(account, path, now)
        if used >= DAILY.get(path, used + 1):
            raise ApiError(45009)
        self._used[account, path] = (_day(now), used + 1)

    def used(self, account: str, path: str, now: datetime) -> int:
        day, used = self._used.get((account, path), ("", 0))
        return used if day == _day(now) else 0


def _day(now: datetime) -> str:
    return now.astimezone(_CHINA).date().isoformat()

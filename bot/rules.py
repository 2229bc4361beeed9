"""What a configuration must keep to before anything starts (rel.T2, rel.T21)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.config import Account, Config, School
from bot.tables import ConfigError
from models import class_hours
from models.policy import Policy

#: Real appids are "wx" and sixteen hex digits, so no real account begins like this.
SANDBOX_APPID = "wxsandbox"
LEVELS = ("debug", "info", "warning", "error")
MENUS = ("links", "numbers")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def check(config: Config, tree: Mapping[str, Any]) -> None:
    """Raises `ConfigError` for the first rule that the configuration breaks; `tree` is the file as it was read."""
    for broken in _broken(config, tree):
        raise ConfigError(broken)


def _broken(config: Config, tree: Mapping[str, Any]) -> Iterator[str]:
    yield from _ground(config)
    for account in config.wechat.values():
        yield from _account(account, config.sandbox.enabled)
    for school in config.school.values():
        yield from _school(school, config)
    yield from _open_secrets(config, tree)


def _failing(*rules: tuple[object, str]) -> Iterator[str]:
    return (text for broken, text in rules if broken)


def _ground(config: Config) -> Iterator[str]:
    web, sandbox, log, url = config.web, config.sandbox, config.log, config.database.url
    yield from _failing(
        (not 0 < web.port < 65536, f"[web] port: {web.port} is no port"),
        (not 0 < sandbox.port < 65536, f"[sandbox] port: {sandbox.port} is no port"),
        (sandbox.enabled and web.port == sandbox.port, "[sandbox] port: is the same as [web] port"),
        (not 1 <= web.threads <= 64, "[web] threads: must be between 1 and 64"),
        (log.level not in LEVELS, f"[log] level: must be one of {', '.join(LEVELS)}"),
        (log.level == "debug" and not sandbox.enabled, "[log] level: debug tells too much; it is for the sandbox only"),
        (log.format not in ("json", "text"), "[log] format: must be json or text"),
        (
            url and not re.match(r"sqlite:///|postgresql\+psycopg://", url),
            "[database] url: must begin with sqlite:/// or postgresql+psycopg://",
        ),
        (not config.wechat, "[wechat.<name>]: at least one account is needed"),
        (not config.school, "[school.<key>]: at least one school is needed"),
    )


def _account(account: Account, sandbox: bool) -> Iterator[str]:
    where = f"[wechat.{account.name}]"
    invented = account.appid.startswith(SANDBOX_APPID)
    address = urlsplit(account.api_base)
    safe = address.scheme == "https" or (address.scheme == "http" and address.hostname in LOOPBACK)
    yield from _failing(
        (sandbox and not invented, f"{where} appid: the sandbox refuses real accounts; its own begin {SANDBOX_APPID}"),
        (invented and not sandbox, f"{where} appid: an account of the sandbox needs [sandbox] enabled = true"),
        (
            not invented and not re.fullmatch(r"wx[0-9a-f]{16}", account.appid),
            f"{where} appid: must be wx and sixteen hexadecimal digits",
        ),
        (not account.secret, f"{where} secret: is missing (or name its file: secret_file)"),
        (len(account.token) < 16, f"{where} token: must have 16 characters or more, else every push can be forged"),
        (not _is_aes(account.aes_key), f"{where} aes_key: must have exactly 43 letters and digits"),
        (
            account.previous_aes_key and not _is_aes(account.previous_aes_key),
            f"{where} previous_aes_key: must have exactly 43 letters and digits, or be empty",
        ),
        (not account.original_id.startswith("gh_"), f"{where} original_id: must be the account's id that begins gh_"),
        (account.menus not in MENUS, f"{where} menus: must be one of {', '.join(MENUS)}"),
        (not 10 <= account.burst <= 10_000, f"{where} burst: must be between 10 and 10000 messages"),
        (not 1 <= account.pace <= 1000, f"{where} pace: must be between 1 and 1000 a second"),
        (not safe, f"{where} api_base: must begin with https://"),
        (
            account.recogniser and not re.fullmatch(r"\w+(\.\w+)*:\w+", account.recogniser),
            f'{where} recogniser: must be "module:function", or empty',
        ),
    )
    for what, templates in (("templates", account.templates), ("subscriptions", account.subscriptions)):
        for kind, template in templates.items():
            yield from _failing((not template.id, f"[wechat.{account.name}.{what}.{kind}] id: is missing"))


def _is_aes(key: str) -> bool:
    return re.fullmatch("[A-Za-z0-9]{43}", key) is not None


def _school(school: School, config: Config) -> Iterator[str]:
    where = f"[school.{school.key}]"
    accounts = ", ".join(config.wechat)
    yield from _failing(
        (not school.name, f"{where} name: is missing"),
        (
            school.account not in config.wechat,
            f"{where} account: no account is called {school.account!r} (known: {accounts})",
        ),
        (
            not _is_zone(school.timezone),
            f"{where} timezone: {school.timezone!r} is none; say Asia/Shanghai for instance",
        ),
    )
    yield from _policy(school.policy, where)


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (ValueError, OSError, KeyError):
        return False


def _policy(policy: Policy, where: str) -> Iterator[str]:
    yield from _failing(
        (policy.polite_from >= policy.polite_until, f"{where} policy: polite_from must be before polite_until"),
        (not 1 <= policy.weekly_day <= 7, f"{where} policy: weekly_day must be from 1 (Monday) to 7"),
        (policy.fewest_answers < 2, f"{where} policy: fewest_answers must be at least 2"),
        (policy.home_every_years < 1, f"{where} policy: home_every_years must be at least 1"),
        (policy.keep_log_days < 180, f"{where} policy: keep_log_days must be at least 180, as the law has it"),
        (policy.keep_reading_days < 180, f"{where} policy: keep_reading_days must be at least 180"),
        (policy.ask not in ("all", "main"), f'{where} policy: ask must be "all" or "main"'),
    )
    yield from _failing((not _are_hours(policy), f'{where} policy: class_hours must be like ["08:00-11:40"]'))
    for name, value in vars(policy).items():
        numbers = value if isinstance(value, tuple) else (value,)
        negative = any(isinstance(n, int) and n < 0 for n in numbers)
        yield from _failing((negative, f"{where} policy: {name} must not be negative"))


def _are_hours(policy: Policy) -> bool:
    try:
        return class_hours.spans(policy) is not None
    except ValueError:
        return False


def _open_secrets(config: Config, tree: Mapping[str, Any]) -> Iterator[str]:
    # The sandbox's values are no secrets; everybody may read them.
    inline = any({"secret", "token", "aes_key"} & set(account) for account in tree.get("wechat", {}).values())
    if inline and not config.sandbox.enabled and config.source.stat().st_mode & 0o007:
        yield f"it holds secrets and can be read by everybody; chmod 600 {config.source}"

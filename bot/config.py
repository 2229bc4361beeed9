"""What the school has set: one frozen tree, read once at the start; `config.example.toml` is its manual."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.calendar_file import read_calendar
from bot.sentences_file import read_sentences
from bot.tables import ConfigError, fill, masked, named
from models.calendar import Calendar
from models.policy import Policy

__all__ = ["Account", "Config", "ConfigError", "School", "Template", "load"]

SANDBOX_FILE = Path(__file__).parent / "sandbox" / "sandbox.toml"
WECHAT = "https://api.weixin.qq.com"


@dataclass(frozen=True)
class Database:
    url: str = masked()  #: empty: SQLite in the data folder


@dataclass(frozen=True)
class Redis:
    url: str = masked()  #: empty: an embedded Valkey; the environment's REDIS_URL wins


@dataclass(frozen=True)
class Web:
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    public_url: str = ""  #: how guardians' telephones reach us; empty: http://host:port


@dataclass(frozen=True)
class Sandbox:
    enabled: bool = False
    port: int = 8001


@dataclass(frozen=True)
class Secrets:
    master_key_file: str = ""  #: empty: master.key in the data folder; the environment's JIAFANG_MASTER_KEY wins


@dataclass(frozen=True)
class Log:
    level: str = "info"
    format: str = "json"


@dataclass(frozen=True)
class Template:
    """One message template that the platform has approved for the account."""

    id: str
    title: str = ""
    fields: dict[str, str] = field(default_factory=dict)  #: the platform's field name -> our fact


@dataclass(frozen=True)
class Account:
    """A WeChat service account (服务号)."""

    name: str = named()
    appid: str = ""
    secret: str = masked()
    token: str = masked()
    aes_key: str = masked()
    previous_aes_key: str = masked()
    original_id: str = ""
    menus: str = "links"
    api_base: str = WECHAT
    pace: int = 50  #: sends per second
    burst: int = 40  #: messages that one person may send at once; then one a second (rel.T16)
    recogniser: str = ""  #: module:function that makes words of a voice message; empty: nobody listens
    templates: Mapping[str, Template] = named(dict)
    subscriptions: Mapping[str, Template] = named(dict)  #: of 订阅通知, by the same kinds


@dataclass(frozen=True)
class School:
    """A school of this deployment; its policy is the common one with its own table over it."""

    key: str = named()
    name: str = ""
    account: str = ""
    timezone: str = "Asia/Shanghai"
    pilot_classes: tuple[str, ...] = ()  #: only families of these classes get messages; empty: all
    calendar: str = ""  #: the file of its terms, days off and exam weeks; empty: as usual
    days: Calendar = named(Calendar)  #: what that file says
    texts: str = ""  #: the file of sentences that it says in its own way; empty: as they come
    sentences: Mapping[str, str] = named(dict)  #: what that file says
    policy: Policy = named(Policy)


@dataclass(frozen=True)
class Config:
    """Everything that is set; `source` is the file it came from, `data` the folder of all that is kept."""

    source: Path
    folder: Path  #: where relative paths of the configuration begin
    data: Path
    database: Database = Database()
    redis: Redis = Redis()
    web: Web = Web()
    sandbox: Sandbox = Sandbox()
    secrets: Secrets = Secrets()
    log: Log = Log()
    policy: Policy = Policy()
    wechat: Mapping[str, Account] = field(default_factory=dict)
    school: Mapping[str, School] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        return self.database.url or f"sqlite:///{self.data / 'jiafang.db'}"

    @property
    def public_url(self) -> str:
        return (self.web.public_url or f"http://{self.web.host}:{self.web.port}").rstrip("/")

    @property
    def processes(self) -> tuple[str, ...]:
        """What `jiafang run` keeps going."""
        return ("web", "worker", "beat", "sandbox") if self.sandbox.enabled else ("web", "worker", "beat")

    @property
    def demo(self) -> bool:
        """Whether an empty database begins with the invented school."""
        return self.sandbox.enabled

    @property
    def front(self) -> tuple[str, int]:
        """Where a person looks first: which door, at which port."""
        return ("sandbox", self.sandbox.port) if self.sandbox.enabled else ("web", self.web.port)

    def listening(self, web: int, sandbox: int) -> Config:
        """The same on other ports; what pointed at the sandbox's platform follows."""
        moved = replace(self, web=replace(self.web, port=web), sandbox=replace(self.sandbox, port=sandbox))
        return replace(moved, wechat={n: _at_sandbox(a, moved.sandbox) for n, a in self.wechat.items()})


def load(path: Path | str | None = None) -> Config:
    """Reads the named file, else the one of JIAFANG_CONFIG, else ./config.toml, else the sandbox's own.

    Raises `ConfigError` with one line for whatever cannot be used.
    """
    from bot.rules import check

    chosen = path or os.environ.get("JIAFANG_CONFIG") or ("config.toml" if Path("config.toml").exists() else None)
    source = Path(chosen) if chosen else SANDBOX_FILE
    folder = source.parent if chosen else Path.cwd()
    try:
        tree = tomllib.loads(source.read_text(encoding="utf-8"))
        config = _build(tree, source, folder)
        check(config, tree)
    except OSError as error:
        raise ConfigError(f"cannot read {source}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{source}: {error}") from None
    except ConfigError as error:
        raise ConfigError(f"{source}: {error}") from None
    return config


def _build(tree: dict[str, Any], source: Path, folder: Path) -> Config:
    data = os.environ.get("JIAFANG_DATA") or folder / _text(tree, "data", "data")
    sections = {"database": Database, "redis": Redis, "web": Web, "sandbox": Sandbox, "secrets": Secrets, "log": Log}
    unknown = [k for k in tree if k not in {*sections, "data", "policy", "wechat", "school"}]
    if unknown:
        raise ConfigError(f"{unknown[0]}: unknown section or key")
    read: dict[str, Any] = {n: fill(cls, tree.get(n, {}), f"[{n}]", folder) for n, cls in sections.items()}
    policy = fill(Policy, tree.get("policy", {}), "[policy]", folder)
    wechat = {n: _account(n, t, folder, read["sandbox"]) for n, t in _tables(tree, "wechat").items()}
    school = {k: _school(k, t, folder, policy) for k, t in _tables(tree, "school").items()}
    return Config(source, folder, Path(data).resolve(), **read, policy=policy, wechat=wechat, school=school)


def _account(name: str, table: Mapping[str, Any], folder: Path, sandbox: Sandbox) -> Account:
    where = f"[wechat.{name}]"
    lists: dict[str, Any] = {what: _templates(table, what, where, folder) for what in ("templates", "subscriptions")}
    own = {k: v for k, v in table.items() if k not in lists}
    return _at_sandbox(fill(Account, own, where, folder, name=name, **lists), sandbox)


def _templates(table: Mapping[str, Any], what: str, where: str, folder: Path) -> dict[str, Template]:
    kinds = _tables(table, what, where)
    within = where.removesuffix("]")
    return {k: fill(Template, {"id": "", **t}, f"{within}.{what}.{k}]", folder) for k, t in kinds.items()}


def _at_sandbox(account: Account, sandbox: Sandbox) -> Account:
    return replace(account, api_base=f"http://127.0.0.1:{sandbox.port}") if sandbox.enabled else account


def _school(key: str, table: Mapping[str, Any], folder: Path, common: Policy) -> School:
    own = {k: v for k, v in table.items() if k != "policy"}
    policy = fill(Policy, table.get("policy", {}), f"[school.{key}.policy]", folder, **asdict(common))
    school = fill(School, own, f"[school.{key}]", folder, key=key, policy=policy)
    if school.calendar:
        school = replace(school, days=read_calendar(folder / school.calendar, f"[school.{key}] calendar"))
    if school.texts:
        school = replace(school, sentences=read_sentences(folder / school.texts, f"[school.{key}] texts"))
    return school


def _tables(tree: Mapping[str, Any], name: str, where: str = "") -> Mapping[str, Mapping[str, Any]]:
    tables = tree.get(name, {})
    if not isinstance(tables, Mapping) or not all(isinstance(t, Mapping) for t in tables.values()):
        raise ConfigError(f"{where} {name}: must hold tables, such as [{name}.main]".strip())
    return tables


def _text(tree: Mapping[str, Any], key: str, default: str) -> str:
    value = tree.get(key, default)
    if not isinstance(value, str):
        raise ConfigError(f"{key}: must be text")
    return value

"""What is written down about the running: structured lines, without secrets, people or what they said (rel.T20)."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, ClassVar

from bot.config import Config

_PLAIN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_hidden: set[str] = set()


def _mark(match: re.Match[str]) -> str:
    return "id:" + hashlib.sha256(match[0].encode()).hexdigest()[:8]


#: What is found in a line -> what stands there instead. Lines of ours are English, so Chinese is a name or a message.
RULES: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"\[parameters: .*?\](?=\n|$)", re.S), "[parameters: …]"),
    (re.compile(r"(?<=[\w/])\?[\w%.~-]+=[^\s\"'<>)]*"), "?…"),
    (re.compile(r"(<(Content|Recognition|EventKey|Label|PicUrl)>).*?(</\2>)", re.S), r"\1…\3"),
    (
        re.compile(
            r"""(?i)(["']?\b(?:access_token|[a-z_]*secret|[a-z_]*aes_?key|[a-z_]*token|session_key|password|ticket|content)"""
            r"""["']?\s*[=:]\s*)("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,;&}\])]+)"""
        ),
        r"\1…",
    ),
    (re.compile(r"(?<![A-Za-z0-9_-])o[A-Za-z0-9_-]{27,28}(?![A-Za-z0-9_-])"), _mark),
    (re.compile(r"(?i)(?<=\bopenid[=: ])[\w-]+"), _mark),
    (re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)"), "1…"),
    (re.compile(r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"), "0…"),
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), "…"),
    (re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+"), "…"),
)


def redact(text: str) -> str:
    """The line as it may be kept."""
    for value in _hidden:
        text = text.replace(value, "…")
    for pattern, instead in RULES:
        text = pattern.sub(instead, text)
    return text


def hide(*values: str) -> None:
    """Values that must not appear, whatever stands around them."""
    _hidden.update(value for value in values if len(value) >= 8)


class RedactedRecord(logging.LogRecord):
    """A record that is clean from the start: whichever handler a library adds finds nothing else in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        try:
            self.msg = redact(self.getMessage())
        except (TypeError, ValueError):
            self.msg = redact(str(self.msg))  # wrong arguments are the caller's bug, not a reason to fall silent
        self.args = ()
        if self.exc_info and self.exc_info[0]:
            self.exc_text = redact("".join(traceback.format_exception(*self.exc_info))).rstrip()


class JsonFormatter(logging.Formatter):
    """One line of JSON a record; what is given as `extra` becomes keys."""

    process: ClassVar[str] = ""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self.process,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: _clean(value) for key, value in vars(record).items() if key not in _PLAIN}
        if record.exc_text:
            line["error"] = record.exc_text
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(JsonFormatter):
    """The same for eyes."""

    def format(self, record: logging.LogRecord) -> str:
        extra = " ".join(f"{k}={_clean(v)}" for k, v in vars(record).items() if k not in _PLAIN)
        words = (f"{datetime.fromtimestamp(record.created):%H:%M:%S}", self.process, record.levelname.lower())  # noqa: DTZ006
        line = " ".join((*words, record.getMessage(), extra)).rstrip()
        return f"{line}\n{record.exc_text}" if record.exc_text else line


def _clean(value: object) -> object:
    return value if isinstance(value, int | float | bool | None) else redact(str(value))


def begin(config: Config, process: str) -> None:
    """Sets up this process's log on stderr; the first thing that a process does."""
    for account in config.wechat.values():
        hide(account.secret, account.token, account.aes_key, account.previous_aes_key)
    hide(config.database.url, config.redis.url)
    JsonFormatter.process = process
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if config.log.format == "json" else TextFormatter())
    logging.setLogRecordFactory(RedactedRecord)
    logging.basicConfig(level=config.log.level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    for talker in ("alembic", "rq"):
        logging.getLogger(talker).setLevel(logging.WARNING)  # what they say, the supervisor says better
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    logging.getLogger("jiafang").critical("a bug: nothing caught this", exc_info=(kind, error or kind(), trace))

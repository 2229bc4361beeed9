"""The configuration: its manual is complete, and whatever cannot be right stops the start."""

import os
import re
import tomllib
from dataclasses import fields, is_dataclass
from datetime import time
from pathlib import Path

import pytest

from bot import config as configuration
from bot.config import Account, Config, ConfigError, School, Template, load
from bot.keys import master_key
from bot.shown import shown
from bot.tables import is_masked, keys
from models.policy import Policy

EXAMPLE = Path("config.example.toml")
SECTIONS = {f.name: type(f.default) for f in fields(Config) if is_dataclass(f.default)} | {
    "wechat.main": Account,
    "school.main": School,
    "wechat.main.templates.visit": Template,
    "policy": Policy,
}

REAL = """
[wechat.main]
appid = "wx1234567890abcdef"
secret = "canary-secret"
token = "canary-token-0123456789"
aes_key = "CanaryKeyCanaryKeyCanaryKeyCanaryKeyCanaryK"
original_id = "gh_canary"
[school.main]
name = "A"
account = "main"
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes a configuration that only its owner can read, and returns its path."""
    for name in ("JIAFANG_CONFIG", "JIAFANG_DATA", "JIAFANG_MASTER_KEY"):
        monkeypatch.delenv(name, raising=False)

    def write(text: str, mode: int = 0o600) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    return write


def uncommented() -> dict:
    return tomllib.loads(re.sub(r"(?m)^#(?=[a-z_]+ = )", "", EXAMPLE.read_text(encoding="utf-8")))


def table(tree: dict, name: str) -> dict:
    for part in name.split("."):
        tree = tree.get(part, {})
    return tree


@pytest.mark.parametrize("name", SECTIONS)
def test_the_example_explains_every_key_and_no_other(name):
    explained = {k.removesuffix("_file") if k != "master_key_file" else k for k in table(uncommented(), name)}
    assert explained - {"templates", "policy"} == set(keys(SECTIONS[name]))


@pytest.mark.parametrize("name", SECTIONS)
def test_the_example_shows_the_true_defaults(name):
    cls = SECTIONS[name]
    active = table(tomllib.loads(EXAMPLE.read_text(encoding="utf-8")), name)
    for key, value in table(uncommented(), name).items():
        if key not in active and key in keys(cls):
            default = getattr(cls(), key)
            default = f"{default:%H:%M}" if isinstance(default, time) else default
            assert value == (list(default) if isinstance(default, tuple) else default), key


def test_the_example_starts_once_its_placeholders_are_filled(write, tmp_path):
    for name, value in {"secret": "s" * 32, "token": "t" * 20, "aes_key": "K" * 43}.items():
        (tmp_path / f"main.{name}").write_text(value + "\n")
        (tmp_path / f"main.{name}").chmod(0o600)
    config = load(write(EXAMPLE.read_text(encoding="utf-8").replace("wx0000000000000000", "wx1234567890abcdef")))
    assert config.wechat["main"].token == "t" * 20
    assert config.data == tmp_path / "data"


def test_without_a_configuration_it_is_the_sandbox(write, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    config = load()
    assert config.sandbox.enabled
    assert all(a.appid.startswith("wxsandbox") for a in config.wechat.values())
    assert all(a.api_base == f"http://127.0.0.1:{config.sandbox.port}" for a in config.wechat.values())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[school.main]", "[web]\nprot = 1\n[school.main]"), "[web] prot: unknown key; did you mean port?"),
        (("[school.main]", "[wbe]\n[school.main]"), "wbe: unknown section"),
        (("[school.main]", '[web]\nport = "8000"\n[school.main]'), "[web] port: must be a whole number, not text"),
        (("[school.main]", "[web]\nport = 80000\n[school.main]"), "[web] port: 80000 is no port"),
        (("[school.main]", "[web]\nport = true\n[school.main]"), "must be a whole number, not true or false"),
        (("[school.main]", '[policy]\nrounds = "3"\n[school.main]'), "[policy] rounds: must be a whole number"),
        (("[school.main]", "[policy]\nrounds = -1\n[school.main]"), "rounds must not be negative"),
        (("[school.main]", '[policy]\npolite_from = "7h30"\n[school.main]'), "must be a time such as"),
        (("[school.main]", "[policy]\nkeep_log_days = 90\n[school.main]"), "keep_log_days must be at least 180"),
        (("[school.main]", "[policy]\nfollow_up_days = [1, 'x']\n[school.main]"), "follow_up_days: must be a whole"),
        (("[school.main]", '[policy]\npolite_from = "22:00"\n[school.main]'), "polite_from must be before"),
        (("[school.main]", '[log]\nlevel = "debug"\n[school.main]'), "debug tells too much"),
        (("[school.main]", '[database]\nurl = "mysql://x"\n[school.main]'), "[database] url: must begin with"),
        (("[school.main]", "[sandbox]\nenabled = true\n[school.main]"), "the sandbox refuses real accounts"),
        (("wx1234567890abcdef", "wxsandbox00000001"), "needs [sandbox] enabled = true"),
        (("canary-token-0123456789", "short-token"), "token: must have 16 characters"),
        (("canary-token-0123456789", ""), "token: must have 16 characters"),
        (("CanaryKeyC", "CanaryKey"), "aes_key: must have exactly 43"),
        (("CanaryKeyC", "CanaryKey="), "aes_key: must have exactly 43"),
        (("[school.main]", 'recogniser = "listen"\n[school.main]'), 'recogniser: must be "module:function"'),
        (("[school.main]", 'recogniser = "a.b:c d"\n[school.main]'), 'recogniser: must be "module:function"'),
        (('account = "main"', 'account = "mian"'), "no account is called 'mian' (known: main)"),
        (('account = "main"', 'account = "main"\ntimezone = "Asia/Peking"'), "is none; say Asia/Shanghai"),
        (('secret = "canary-secret"', 'secret_file = "nowhere"'), "cannot read"),
        (("[school.main]", "[school.main"), "(at line"),
    ],
)
@pytest.mark.rule("rel.T2")
def test_what_cannot_be_right_stops_the_start_with_one_line(write, change, said):
    with pytest.raises(ConfigError) as refusal:
        load(write(REAL.replace(*change)))
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.rule("rel.T21")
def test_secrets_that_everybody_can_read_are_refused(write, tmp_path):
    with pytest.raises(ConfigError, match="can be read by everybody"):
        load(write(REAL, 0o644))
    open_file = tmp_path / "open"
    open_file.write_text("x")
    open_file.chmod(0o644)
    with pytest.raises(ConfigError, match="can be read by everybody"):
        load(write(REAL.replace('secret = "canary-secret"', 'secret_file = "open"')))


@pytest.mark.rule("rel.T21")
def test_no_secret_is_shown(write):
    database = '[database]\nurl = "postgresql+psycopg://jf:canary-word@127.0.0.1/jf"\n'
    config = load(write(database + REAL))
    for text in (shown(config), repr(config)):
        assert "canary-secret" not in text
        assert "canary-token" not in text
        assert "CanaryKey" not in text
        assert "canary-word" not in text
    assert "postgresql+psycopg://jf:********@127.0.0.1/jf" in shown(config)


def test_every_secret_field_is_masked():
    assert {f.name for f in fields(Account) if is_masked(f)} == {"secret", "token", "aes_key", "previous_aes_key"}


def test_what_is_shown_can_be_read_again(write):
    assert tomllib.loads(shown(load(write(REAL))))["web"]["port"] == 8000


def test_a_school_puts_its_own_numbers_over_the_common_ones(write):
    config = load(write(REAL + "\n[policy]\nrounds = 5\ntravel_gap_minutes = 20\n[school.main.policy]\nrounds = 2"))
    assert config.policy.rounds == 5
    assert config.school["main"].policy.rounds == 2
    assert config.school["main"].policy.travel_gap_minutes == 20


def test_other_ports_move_the_sandboxs_platform_along(write, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    moved = load().listening(web=9001, sandbox=9000)
    assert moved.web.port == 9001
    assert {a.api_base for a in moved.wechat.values()} == {"http://127.0.0.1:9000"}


def test_only_the_sandbox_makes_a_master_key_for_itself(write, monkeypatch, tmp_path):
    with pytest.raises(ConfigError, match="no master key"):
        master_key(load(write(REAL)))
    (tmp_path / "config.toml").unlink()
    monkeypatch.chdir(tmp_path)
    key = master_key(load())
    assert len(key) == 32
    assert master_key(load()) == key
    assert (tmp_path / "data/master.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("given", ["00" * 31, "zz" * 32, "not base64!"])
def test_a_master_key_of_another_length_is_refused(write, monkeypatch, given):
    monkeypatch.setenv("JIAFANG_MASTER_KEY", given)
    with pytest.raises(ConfigError, match="must be 32 bytes"):
        master_key(load(write(REAL)))


def test_the_file_named_in_the_environment_wins(write, monkeypatch):
    monkeypatch.setenv("JIAFANG_CONFIG", os.fspath(write(REAL)))
    assert configuration.load().wechat["main"].appid == "wx1234567890abcdef"

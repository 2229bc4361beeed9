"""What starts the bot on a school's machines names real commands and gives them time to end; the files are well-formed."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bot.cli import COMMANDS
from bot.process import PATIENCE
from jobs import worker

DEPLOY = Path("deploy")
UNITS = sorted(DEPLOY.glob("systemd/*.service"))
COMPOSED = sorted(DEPLOY.glob("compose*.yaml"))
#: Command -> seconds that it may take to end by itself.
ENDS_WITHIN = {"run": 2 * PATIENCE, "web": 5.0, "worker": worker._WORK_FOR, "beat": 15.0}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_command_of_ours_and_waits_for_its_end(path: Path) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read_string(path.read_text("utf-8"))
    service = unit["Service"]
    program, command, *_ = service["ExecStart"].split()
    assert program == "/opt/jiafang/.venv/bin/jiafang"
    assert command in COMMANDS
    assert (service["Restart"], service["KillMode"]) == ("always", "mixed")
    assert float(service["TimeoutStopSec"]) > ENDS_WITHIN[command]
    named = Path(service["EnvironmentFile"].lstrip("-")).name
    assert (path.parent / f"{named}.example").exists()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for path in UNITS:
        # This machine has neither the user nor the program.
        text = re.sub(r"(?m)^(ExecStart=)\S+", r"\1/bin/true", path.read_text("utf-8"))
        text = re.sub(r"(?m)^(User|WorkingDirectory)=.*\n", "", text)
        (tmp_path / path.name).write_text(text, "utf-8")
    files = [str(path) for path in sorted(tmp_path.iterdir())]
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", COMPOSED, ids=lambda path: path.name)
def test_a_composition_starts_commands_of_ours_from_files_that_exist(path: Path) -> None:
    services = yaml.safe_load(path.read_text("utf-8"))["services"]
    ours = {name: service for name, service in services.items() if "build" in service}
    assert ours
    for service in ours.values():
        command, context = service["command"][0], DEPLOY / service["build"]["context"]
        assert command in COMMANDS
        assert (context / service["build"]["dockerfile"]).is_file()
        if command in ENDS_WITHIN:
            assert float(service["stop_grace_period"].rstrip("s")) > ENDS_WITHIN[command]
    for service in services.values():
        assert "build" in service or re.search(r":\d+\.\d+\.?\d*", service["image"]), "an image is not pinned"
        assert set(service.get("depends_on", {})) <= set(services)


def test_several_machines_have_two_of_each_and_a_queue_behind_a_password() -> None:
    services = yaml.safe_load((DEPLOY / "compose.district.yaml").read_text("utf-8"))["services"]
    assert {name: services[name]["deploy"]["replicas"] for name in ("web", "worker", "beat")} == {
        "web": 2,
        "worker": 2,
        "beat": 2,
    }
    assert "--requirepass" in services["queue"]["command"][-1]
    assert not services["queue"].get("ports")
    assert not services["database"].get("ports")


def test_the_image_copies_what_exists_and_nothing_else() -> None:
    image = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = {word for line in re.findall(r"(?m)^COPY (.+) \S+$", image) for word in line.split()}
    let_in = set(re.findall(r"(?m)^!(\S+)$", (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8")))
    assert copied == let_in
    assert all(Path(name).exists() for name in copied)
    assert "index-url" not in image

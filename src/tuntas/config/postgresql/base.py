"""The database backend of web and worker: Django's own, which asks the server before each use of a pooled connection.

That question is a round trip of its own: both processes sleep and wake once more for each request, which was a tenth of
what an intake cost the database. The kernel knows without asking: a server that went away has closed its end, and then
there is something to read on a connection that nobody waits on.
"""

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """CONN_HEALTH_CHECKS must be off: with it, the pool asks the server each time."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that works, from the pool where there is one. Raises OperationalError when none can be had.

        Every broken one that is met goes back closed, and the pool puts a new one in its place: after a restart of the
        server there are at most as many as the pool is large, and then one is made or the pool's timeout says so.
        """
        while True:
            connection = super().get_new_connection(conn_params)
            if not self.pool or _works(connection):
                return connection
            connection.close()
            self.pool.putconn(connection)


def _works(connection: "psycopg.Connection[Any]") -> bool:
    """Whether nothing lies unread on an idle connection, or what lies there is only news (a setting that changed)."""
    idle = select.poll()
    idle.register(connection.fileno(), select.POLLIN | select.POLLPRI)
    if not idle.poll(0):
        return True
    try:
        ConnectionPool.check_connection(connection)
    except psycopg.OperationalError:
        return False
    return True

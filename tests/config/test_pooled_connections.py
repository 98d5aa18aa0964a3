"""A connection that waited in the pool is looked at before it is used, and a broken one never reaches anybody."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.db import connection, connections

from tests import databases
from tuntas.config.postgresql.base import DatabaseWrapper

SIZE = 2


@pytest.fixture
def pooled(transactional_db: None) -> Iterator[DatabaseWrapper]:
    """A wrapper with a pool of two, over the database of this test."""
    told = deepcopy(connections.settings["default"])
    told["NAME"] = connection.settings_dict["NAME"]
    told["OPTIONS"] |= {"pool": {"min_size": SIZE, "max_size": SIZE, "timeout": 10}}
    wrapper = DatabaseWrapper(told, alias="default")
    yield wrapper
    wrapper.close()
    wrapper.close_pool()


def backend(wrapper: DatabaseWrapper) -> int:
    """The server's process behind the connection that this request was given; the connection goes back."""
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    wrapper.close()
    return int(pid)


def test_a_connection_is_used_again_without_a_question_to_the_server(pooled: DatabaseWrapper) -> None:
    assert len({backend(pooled) for _n in range(10)}) <= SIZE


def test_after_a_restart_of_the_server_nobody_meets_a_broken_connection(pooled: DatabaseWrapper) -> None:
    before = {backend(pooled) for _n in range(10)}
    with databases.role("owner"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename = session_user AND pid <> pg_backend_pid()"
        )
    after = {backend(pooled) for _n in range(10)}
    assert after
    assert after.isdisjoint(before)


def test_news_that_lies_on_a_connection_does_not_cost_it(pooled: DatabaseWrapper) -> None:
    with pooled.cursor() as cursor:
        cursor.execute("LISTEN tuntas_test")
    kept = backend(pooled)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('tuntas_test', '')")
    assert kept in {backend(pooled) for _n in range(4)}

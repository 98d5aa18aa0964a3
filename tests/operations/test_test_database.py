"""The ground that the other tests stand on."""

import pytest
from django.db import connection

from tests import databases


def asked(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_queries_run_as_the_web_role():
    assert asked("SELECT current_user") == "tuntas_web"


@pytest.mark.django_db
@pytest.mark.role("worker")
def test_a_test_may_choose_another_role():
    assert asked("SELECT current_user") == "tuntas_worker"


@pytest.mark.django_db
def test_a_block_may_step_out_of_the_role_and_comes_back():
    with databases.role("owner"):
        assert asked("SELECT current_user") == "tuntas_owner"
    assert asked("SELECT current_user") == "tuntas_web"


@pytest.mark.django_db(transaction=True)
def test_the_role_survives_a_reconnect():
    connection.close()
    assert asked("SELECT current_user") == "tuntas_web"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", [1, 2])
def test_what_a_test_commits_is_gone_for_the_next(round_):
    with databases.role("owner"), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE left_over ()")  # fails when it is there

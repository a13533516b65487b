"""Which errors mean that the database is away: a page of 503 with numbers, not one of 500."""

import psycopg
import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError, connection
from django.test import RequestFactory

from catalog.outage import page_could_not_be_made


def status_for(error: BaseException) -> int:
    def fail() -> None:
        raise error

    try:
        fail()
    except BaseException:
        return page_could_not_be_made(RequestFactory().get("/")).status_code


def raised_by_django(error: psycopg.Error) -> DatabaseError:
    """What Django makes of an error of the driver."""
    with pytest.raises(DatabaseError) as raised, connection.wrap_database_errors:
        raise error
    return raised.value


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
def test_an_absent_database_is_503(error: Exception) -> None:
    assert status_for(error) == 503


def test_a_connection_that_breaks_in_the_middle_of_an_answer_is_503() -> None:
    error = raised_by_django(psycopg.DatabaseError("server closed the connection unexpectedly"))
    assert type(error) is DatabaseError
    assert status_for(error) == 503


def test_what_arose_from_an_absent_database_is_503() -> None:
    error = UpdateError()
    error.__context__ = OperationalError("gone")
    assert status_for(error) == 503


def test_our_own_faults_stay_500(db: None) -> None:
    connection.ensure_connection()
    assert status_for(ValueError("ours")) == 500
    assert status_for(DatabaseError("Save with update_fields did not affect any rows.")) == 500
    assert status_for(raised_by_django(psycopg.errors.UndefinedTable("no such table"))) == 500


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_is_asked_on_a_lost_connection_is_503_whatever_its_error() -> None:
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 60000)", [pid])
    other.close()
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert status_for(ProgrammingError("can't change 'autocommit' now")) == 503
    connection.close()
    connection.ensure_connection()
    assert status_for(ProgrammingError("can't change 'autocommit' now")) == 500

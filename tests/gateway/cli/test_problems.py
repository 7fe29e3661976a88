"""Errors that were to be expected become a sentence; faults of ours do not pose as one."""

import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError

from gateway.cli.problems import Problem, Usage, sentence
from gateway.embedded import ServerError
from models.tenancy import Unusable


class RefusalError(Exception):
    """An error of the driver, with PostgreSQL's code."""

    def __init__(self, sqlstate: str, said: str) -> None:
        super().__init__(said)
        self.sqlstate = sqlstate


@pytest.mark.parametrize("error", [Problem("no such"), Usage("no such"), Unusable("no such"), ServerError("no such")])
def test_our_own_sentences_stay_as_they_are(error: Exception):
    assert sentence(error) == "no such"


@pytest.mark.parametrize(
    "error", [KeyError("x"), IndexError("x"), ValueError("x"), RuntimeError("x"), AssertionError("x")]
)
def test_a_fault_of_ours_is_none(error: Exception):
    assert sentence(error) is None


@pytest.mark.parametrize(
    ("state", "said", "told"),
    [
        ("42P01", 'relation "tickets" does not exist', "run `postern migrate`"),
        ("28P01", "password authentication failed", "refuses the login"),
        ("57P01", "terminating connection", "is `postern up` running?"),
        ("23505", "duplicate key", "the database refused: duplicate key"),
    ],
)
def test_the_database_refuses_in_one_sentence(state: str, said: str, told: str):
    found = sentence(ProgrammingError("SELECT secret", {"a": 1}, RefusalError(state, said)))
    if state == "57P01":
        found = sentence(OperationalError("SELECT secret", {"a": 1}, RefusalError(state, said)))
    assert found
    assert told in found
    assert "secret" not in found


def test_a_password_is_never_repeated():
    found = sentence(OperationalError(None, None, RefusalError("", "cannot use postgresql://me:sesame@db/x\nat all")))
    assert found
    assert "sesame" not in found
    assert "\n" not in found


def test_the_system_names_the_file():
    assert sentence(PermissionError(13, "Permission denied", "keys")) == "keys: Permission denied"

"""Where the database is: for each login, and the owner's only where it is ours."""

import psycopg
import pytest

from models.settings import Settings
from tests.gateway.cli.desk import Desk, run


@pytest.mark.parametrize(
    ("role", "name"), [("app", "postern_app"), ("gateway", "postern_gateway"), ("owner", "superuser")]
)
def test_a_url_logs_in(desk: Desk, role: str, name: str):
    found = desk.json("db", "url", "--role", role)
    assert found.keys() == {"role", "url"}
    assert desk("db", "url", "--role", role).out == f"{found['url']}\n"
    with psycopg.connect(found["url"]) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (name,)


def test_the_app_is_meant_unless_told(desk: Desk):
    assert desk.json("db", "url")["role"] == "app"


def test_the_owner_of_another_server_is_not_known(instance: Settings):
    ours = "postgresql://admin:sesame@db.example/postern"
    done = run("db", "url", "--role", "owner", data=instance.home, POSTERN_DATABASE_URL=ours)
    assert done.returncode == 1
    assert b"ask its administrator" in done.stderr
    assert b"sesame" not in done.stderr


def test_the_help_warns_of_the_owner(desk: Desk):
    assert "BYPASSES ROW LEVEL SECURITY" in " ".join(desk("db", "url", "--help").out.split())

"""Access tokens are renewed before they end, by one process, and no refresh token is lost on the way."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from gateway.failures import Permanent, Temporary
from gateway.oauth.renew import PAUSES, Kept, access_token, store
from models.base import uuid7
from models.database import transaction
from models.mailbox_login import TokenKind
from models.mailbox_secrets import put_secret, take_secret
from tests.conftest import Tenant
from tests.models.leasing import LEASE, RELEASE, expire, lease, make_box, pause
from tests.token_server import DRIP, NO, TokenServer

ROWS = text("SELECT kind, sealed, key_id, expires_at FROM mailbox_login(:box, :holder)")


class Fetcher:
    """A mailbox and what its fetcher does about tokens, over its own login."""

    def __init__(self, tenant: Tenant, box: UUID, holder: str = "a") -> None:
        self.tenant, self.box, self.holder = tenant, box, holder

    def rows(self) -> list[Kept]:
        with transaction(login="fetcher") as connection:
            found = connection.execute(ROWS, {"box": self.box, "holder": self.holder})
            return sorted((Kept(*row) for row in found), key=lambda one: one.kind)

    def keep(self, rows: tuple[Kept, ...]) -> None:
        with transaction(login="fetcher") as connection:
            store(connection, self.box, self.holder, rows)

    def token(self, *, anew: bool = False) -> str:
        return access_token(self.tenant.id, self.box, self.rows(), self.keep, anew=anew)

    def secret(self, kind: TokenKind) -> str | None:
        with transaction(self.tenant.id) as connection:
            return take_secret(connection, self.tenant.id, self.box, kind)

    def put(self, kind: TokenKind, secret: str, expires_at: datetime | None = None) -> None:
        with transaction(self.tenant.id) as connection:
            put_secret(connection, self.tenant.id, self.box, kind, secret, expires_at)


@pytest.fixture
def fetcher(tenant: Tenant, server: TokenServer) -> Iterator[Fetcher]:
    """A leased mailbox that somebody let us in to."""
    while lease("what other tests left"):
        pass
    made = Fetcher(tenant, uuid7())
    with transaction(tenant.id) as connection:
        make_box(connection, tenant.id, made.box)
        connection.execute(text("DELETE FROM mailbox_tokens"))
    made.put(TokenKind.OAUTH_CLIENT, server.client().text())
    made.put(TokenKind.OAUTH_REFRESH, server.log_in())
    assert lease("a") == [made.box]
    yield made
    pause(tenant)


def test_a_token_is_had_once_and_then_kept(fetcher: Fetcher, server: TokenServer):
    before = fetcher.secret(TokenKind.OAUTH_REFRESH)
    token = fetcher.token()
    assert token in server.valid
    assert fetcher.token() == fetcher.token() == token
    assert len(server.asked) == 1
    assert server.asked[0] == {
        "client_id": "postern", "client_secret": "the-client-secret", "grant_type": "refresh_token",
        "refresh_token": before,
    }  # fmt: skip
    assert fetcher.secret(TokenKind.OAUTH_REFRESH) in server.refresh_tokens


@pytest.mark.parametrize(("left", "asked"), [(4, 1), (6, 0)])
def test_it_is_renewed_some_minutes_early(fetcher: Fetcher, server: TokenServer, left: int, asked: int):
    fetcher.put(TokenKind.OAUTH_ACCESS, "old", datetime.now(UTC) + timedelta(minutes=left))
    fetcher.token()
    assert len(server.asked) == asked


def test_it_is_renewed_when_the_mail_server_does_not_take_it(fetcher: Fetcher, server: TokenServer):
    first = fetcher.token()
    assert fetcher.token(anew=True) != first
    assert len(server.asked) == 2


def test_many_renewals_in_a_row_follow_the_rotation(fetcher: Fetcher, server: TokenServer):
    tokens = [fetcher.token(anew=True) for _ in range(10)]
    assert len(set(tokens)) == 10


def test_a_server_that_does_not_rotate_keeps_its_refresh_token(fetcher: Fetcher, server: TokenServer):
    server.rotating = False
    before = fetcher.secret(TokenKind.OAUTH_REFRESH)
    assert fetcher.token(anew=True) != fetcher.token(anew=True)
    assert fetcher.secret(TokenKind.OAUTH_REFRESH) == before


def test_of_many_processes_one_renews(fetcher: Fetcher, server: TokenServer):
    """The server takes a second use of a refresh token for theft and would end the login."""
    with transaction(login="fetcher") as connection:
        connection.execute(text(RELEASE), {"box": fetcher.box, "holder": "a"})
    together = threading.Barrier(8)

    def fetch(number: int) -> str | None:
        mine = Fetcher(fetcher.tenant, fetcher.box, f"process {number}")
        together.wait(30)
        for _ in range(5):
            with transaction(login="fetcher") as connection:
                got = connection.execute(text(LEASE), {"holder": mine.holder, "lease": "1 minute"}).all()
            if got:
                token = mine.token()
                with transaction(login="fetcher") as connection:
                    connection.execute(text(RELEASE), {"box": mine.box, "holder": mine.holder})
                return token
        return None

    with ThreadPoolExecutor(8) as pool:
        tokens = {token for token in pool.map(fetch, range(8)) if token}
    assert len(tokens) == 1
    assert len(server.asked) == 1
    assert tokens <= server.valid


def test_a_login_that_was_revoked_needs_a_person(fetcher: Fetcher, server: TokenServer):
    server.refresh_tokens.clear()
    before = fetcher.rows()
    with pytest.raises(Permanent, match="log in again with `postern mailbox rotate-secret`"):
        fetcher.token()
    assert fetcher.rows() == before


@pytest.mark.parametrize("trouble", [(500, ""), (503, "<html>busy"), (200, ""), NO["invalid_client"], (302, "")])
def test_anything_else_is_temporary_and_loses_nothing(fetcher: Fetcher, server: TokenServer, trouble: tuple[int, str]):
    server.script = [trouble]
    before = fetcher.rows()
    with pytest.raises(Temporary):
        fetcher.token()
    assert fetcher.rows() == before
    assert fetcher.token() in server.valid


def test_a_slow_server_is_temporary(fetcher: Fetcher, server: TokenServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("gateway.oauth.wire.post.__defaults__", (0.3,))
    server.script = [DRIP]
    with pytest.raises(Temporary, match="did not answer within"):
        fetcher.token()


def test_a_rotated_refresh_token_survives_a_database_that_is_away_for_a_while(fetcher: Fetcher, server: TokenServer):
    away = [OperationalError("", {}, Exception("away"))] * 2
    pauses: list[float] = []

    def keep(rows: tuple[Kept, ...]) -> None:
        if away:
            raise away.pop()
        fetcher.keep(rows)

    token = access_token(fetcher.tenant.id, fetcher.box, fetcher.rows(), keep, pause=pauses.append)
    assert token in server.valid
    assert pauses == list(PAUSES[:2])
    assert fetcher.secret(TokenKind.OAUTH_REFRESH) in server.refresh_tokens
    assert fetcher.token(anew=True) in server.valid


def test_a_token_that_is_not_stored_is_not_used(fetcher: Fetcher):
    def refuse(rows: tuple[Kept, ...]) -> None:
        raise OperationalError("", {}, Exception("away"))

    with pytest.raises(OperationalError):
        access_token(fetcher.tenant.id, fetcher.box, fetcher.rows(), refuse, pause=lambda _: None)


def test_both_tokens_are_stored_or_none(fetcher: Fetcher):
    before = fetcher.rows()
    good = next(row for row in before if row.kind == TokenKind.OAUTH_REFRESH)
    with pytest.raises(Exception, match="is_sealed"):
        fetcher.keep((replace(good, sealed=good.sealed * 2), replace(good, kind="oauth_access", sealed=b"")))
    assert fetcher.rows() == before


@pytest.mark.parametrize("missing", ["oauth_client", "oauth_refresh"])
def test_a_mailbox_that_nobody_let_us_in_to_says_so(fetcher: Fetcher, missing: str):
    rows = [row for row in fetcher.rows() if row.kind != missing]
    with pytest.raises(Permanent, match=f"has no {missing}; log in again"):
        access_token(fetcher.tenant.id, fetcher.box, rows, fetcher.keep)


def test_a_broken_seal_is_permanent(fetcher: Fetcher):
    rows = [replace(row, sealed=row.sealed[::-1]) for row in fetcher.rows()]
    with pytest.raises(Permanent, match="is broken"):
        access_token(fetcher.tenant.id, fetcher.box, rows, fetcher.keep)


@pytest.mark.parametrize("kind", ["imap_password", "smtp_password", "oauth_client", "another"])
def test_a_fetcher_stores_no_other_secret(fetcher: Fetcher, kind: str):
    before = fetcher.rows()
    with pytest.raises(DBAPIError, match=r"row-level security|token_kind"):
        fetcher.keep((Kept(kind, b"forged" * 8, "key", None),))
    assert fetcher.rows() == before


def test_a_lease_that_ran_out_counts_until_somebody_else_has_the_mailbox(fetcher: Fetcher):
    """By then the server may have forgotten the old token."""
    late = Kept("oauth_refresh", b"late" * 8, "key", None)
    expire(fetcher.tenant, fetcher.box)
    fetcher.keep((late,))
    assert lease("b") == [fetcher.box]
    with pytest.raises(ProgrammingError, match="no lease on that mailbox"):
        fetcher.keep((replace(late, sealed=b"too late" * 8),))
    assert late in Fetcher(fetcher.tenant, fetcher.box, "b").rows()

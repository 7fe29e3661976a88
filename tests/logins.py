"""Database logins of a test's own, with more power than any of ours may have."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg

from gateway.embedded import EmbeddedPostgres
from models.base import uuid7
from models.settings import Settings

PASSWORD = "sesame"  # of servers that are gone after the test


@contextmanager
def login(instance: Settings, attributes: str = "", *statements: str) -> Iterator[str]:
    """The libpq URL of a new login, which is dropped afterwards.

    Args:
        instance: whose server.
        attributes: what CREATE ROLE says of it.
        statements: run as superuser afterwards; `{}` stands for its name.
    """
    root = EmbeddedPostgres(instance.home).url("superuser")
    name = f"t{uuid7().hex[-12:]}"
    with psycopg.connect(root, autocommit=True) as server:
        server.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}' {attributes}".encode())
        for statement in statements:
            server.execute(statement.format(name).encode())
    parts = urlsplit(root)
    try:
        yield urlunsplit(parts._replace(netloc=f"{name}:{PASSWORD}@"))
    finally:
        with psycopg.connect(root, autocommit=True) as server:
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (name,))
            server.execute(f"DROP ROLE {name}".encode())

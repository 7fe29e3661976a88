"""Fills a database with as many stored messages as asked, and with everything that they came to."""

from pathlib import Path

from sqlalchemy import TextClause, text

from gateway.cli.bench import stage
from gateway.cli.bench.stage import Tenant
from models.database import transaction

ORGANIZATIONS = 10
MAILS = 3  # stored mails of one conversation


def fill(messages: int) -> list[Tenant]:
    """New organizations with a past: conversations in equal parts, keys and indexes as they are for anybody.

    Args:
        messages: stored mails in all of them, roughly.
    """
    tenants = stage.tenants(ORGANIZATIONS)
    _run("lighten")
    for tenant in tenants:
        with transaction(tenant.org, login="admin") as connection:
            connection.execute(_statement("threads"), {"threads": threads(messages)})
            said = {"org": tenant.org, "mailbox": tenant.mailbox, "address": tenant.address}
            connection.execute(_statement("rows"), said)
    _run("restore")
    return tenants


def threads(messages: int) -> int:
    """Conversations that each organization then has, numbered from 0."""
    return messages // MAILS // ORGANIZATIONS


def _run(name: str) -> None:
    with transaction(login="admin") as connection:
        connection.execute(_statement(name))


def _statement(name: str) -> TextClause:
    return text((Path(__file__).parent / f"{name}.sql").read_text())

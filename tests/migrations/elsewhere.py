"""The scene of mailboxes that come and go: one is written down as fetched, switched, removed, and one opened again."""

from dataclasses import replace
from datetime import UTC, datetime

from gateway.cli.find import organizations
from gateway.cli.mailbox.account import Account, Secret
from gateway.cli.mailbox.rows import one
from gateway.discovery.values import Server
from gateway.oauth.answers import Tokens
from gateway.oauth.client import Client
from gateway.oauth.providers import microsoft
from models.database import transaction
from tests.migrations.props import Props

AWAY = "away@harbour.test"


def mailboxes_come_and_go(props: Props, lasting: str) -> None:
    """In the organization `harbour`.

    Args:
        props: to play with.
        lasting: a mailbox of it that mail came to.
    """
    (org,) = organizations("harbour")
    props.json("mailbox", "add", AWAY, "--org", "harbour")
    nowhere = ("--imap-server", "imap.test", "--password-file", "/nowhere")
    props.desk("mailbox", "add", AWAY, "--org", "harbour", *nowhere, code=1)
    ended = Secret(client=Client(microsoft(), "client"), tokens=Tokens("access", datetime.now(UTC), "refresh"))
    account = Account(AWAY, Server("imap.test", 993, "implicit", "away"), None, "xoauth2", ended)
    with transaction(org.id, role="admin") as connection:
        account.store(connection, org, one(AWAY).id)
        for old in ({}, {"old": "take"}):
            replace(account, protocol="pop3", fetch=old, there={"old": 1}).store(connection, org, one(AWAY).id)
    props.desk("mailbox", "test", AWAY, code=1)
    assert props.json("mailbox", "pause", AWAY)["state"] == "paused"
    assert props.json("mailbox", "resume", AWAY)["state"] == "active"
    assert props.json("mailbox", "remove", AWAY, "--yes")["outcome"] == "deleted"
    assert props.json("mailbox", "remove", lasting, "--yes")["outcome"] == "closed"
    props.json("mailbox", "add", lasting, "--org", "harbour")

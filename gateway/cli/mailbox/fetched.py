"""A mailbox that will be fetched: tried out now, written down later with all the rest of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from gateway.cli import find
from gateway.cli.mailbox.add import Keep
from gateway.cli.mailbox.setting_up import Manner, account
from gateway.cli.mailbox.wishes import Wishes, from_file


def prepared(
    owner: find.Org, address: str, file: Path | None, said: Mapping[str, Any], manner: Mapping[str, Any]
) -> Keep:
    """Set an account up and try it out.

    Args:
        owner: whose mailbox it will be.
        address: what customers write to.
        file: with wishes, too.
        said: those of the flags, which win.
        manner: fields of `Manner`.

    Raises:
        Problem: it does not work.

    Returns:
        What writes it down.
    """
    wishes = Wishes(**said).over(from_file(file) if file else Wishes())
    made = account(address, wishes, Manner(**manner))

    def keep(connection: Connection, mailbox: UUID, was_there: bool) -> None:
        fetch = dict(made.fetch)
        if was_there and made.protocol == "imap":  # what lies at the provider is old, though the mailbox may be older
            fetch.setdefault("since", datetime.now(UTC).isoformat())
        replace(made, fetch=fetch).store(connection, owner, mailbox)

    return keep

"""Changes of tickets through their door, in the name of the organization."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

_UPDATE = text("SELECT ticket_id FROM update_tickets(CAST(:updates AS jsonb))")


def change(connection: Connection, patches: Mapping[UUID, tuple[Mapping[str, Any], str]]) -> set[UUID]:
    """Change tickets in one statement.

    Args:
        connection: in the context of their organization.
        patches: for each ticket its patch and the reason that its history tells.

    Returns:
        Those that were not so before.
    """
    rows = [{"ticket_id": ticket.hex, "patch": patch, "reason": why} for ticket, (patch, why) in patches.items()]
    return set(connection.scalars(_UPDATE, {"updates": json.dumps(rows)})) if rows else set()

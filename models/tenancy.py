"""Making organizations, mailboxes and people; each function works inside a transaction that its caller ends."""

import re
from uuid import UUID

from sqlalchemy import Connection, text

from models import marks
from models.base import uuid7
from models.profile import Role

_ADDRESS = re.compile(r"[A-Za-z0-9!#$&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?")


class Unusable(ValueError):  # noqa: N818  it reads as the sentence it carries
    """What was asked for cannot be made; the sentence says why and what to do."""


def checked(address: str) -> str:
    """An address that mail can be sent to, folded to lower case.

    Raises:
        Unusable: it is not one.
    """
    if not _ADDRESS.fullmatch(address):
        raise Unusable(f"{address!r} is not a mail address")
    return address.lower()


def add_organization(connection: Connection, org: UUID, name: str, slug: str, prefix: str) -> None:
    """Make an organization, with its settings, system profile and default workflow (by trigger).

    Args:
        connection: in the context of `org`, which the caller made with `uuid7`.
        org: its identifier.
        name: for people.
        slug: for commands, unique.
        prefix: of its ticket numbers.

    Raises:
        Unusable: the slug or the prefix is taken or malformed.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", slug):
        raise Unusable(f"{slug!r} is no short name: use small letters, digits and '-'")
    if not re.fullmatch(r"[A-Z][A-Z0-9]{0,9}", prefix):
        raise Unusable(f"{prefix!r} is no ticket prefix: use up to ten capital letters and digits")
    made = connection.execute(
        text(
            "INSERT INTO organizations (id, name, slug, ticket_prefix) VALUES (:id, :name, :slug, :prefix)"
            " ON CONFLICT DO NOTHING"
        ),
        {"id": org, "name": name, "slug": slug, "prefix": prefix},
    )
    if not made.rowcount:
        raise Unusable(f"there is an organization {slug!r} already")


def add_mailbox(connection: Connection, org: UUID, address: str, name: str, department: UUID | None = None) -> UUID:
    """Make a mailbox that receives by SMTP, or open a closed one again; the door knows it within two seconds.

    Args:
        connection: in the context of `org`.
        org: the organization.
        address: what customers write to; `local+anything@` reaches it too.
        name: the sender's name on its letters.
        department: the queue its tickets start in.

    Raises:
        Unusable: the address is malformed, too long to sign, or cannot be used here.
    """
    address = checked(address)
    local = address.rpartition("@")[0]
    if len(local) > marks.LONGEST_LOCAL_PART:
        most = marks.LONGEST_LOCAL_PART
        raise Unusable(f"{local!r} is too long: reply addresses leave {most} characters before the '@'")
    if marks.tag_of(address):
        raise Unusable(f"{address!r} has the form of a reply address")
    mailbox: UUID = connection.execute(
        text(
            "INSERT INTO mailboxes (org_id, id, address, name, department_id)"
            " VALUES (:org, :id, :address, :name, :department)"
            " ON CONFLICT (org_id, lower(address)) DO UPDATE"
            " SET is_active = true, name = EXCLUDED.name, department_id = EXCLUDED.department_id RETURNING id"
        ),
        {"org": org, "id": uuid7(), "address": address, "name": name, "department": department},
    ).scalar_one()
    if not connection.scalar(text("SELECT claim_address(:id, :address)"), {"id": mailbox, "address": address}):
        raise Unusable(f"{address} cannot be used")
    return mailbox


def close_mailbox(connection: Connection, mailbox: UUID) -> None:
    """Let a mailbox receive no more, for good; what came to it stays, and its address is free.

    Args:
        connection: in the context of its organization.
        mailbox: which; the caller drops its secrets.
    """
    connection.execute(
        text(
            "UPDATE mailboxes SET is_active = false, kind = 'smtp', imap_settings = '{}', smtp_settings = '{}',"
            " settings = settings - 'fetch', failing_since = NULL, trouble_told_at = NULL WHERE id = :mailbox"
        ),
        {"mailbox": mailbox},
    )
    connection.execute(text("SELECT release_address(:mailbox)"), {"mailbox": mailbox})


def add_person(
    connection: Connection, org: UUID, address: str, name: str, role: Role, department: UUID | None = None
) -> UUID:
    """Make an agent, admin or customer; somebody known as a customer becomes what is asked.

    Args:
        connection: in the context of `org`.
        org: the organization.
        address: where they read and write mail.
        name: for letters.
        role: what they may do.
        department: the queue they work in.

    Raises:
        Unusable: the address is malformed or is one of the organization's own mailboxes.
    """
    address = checked(address)
    if connection.scalar(text("SELECT count(*) FROM our_addresses(ARRAY[:address])"), {"address": address}):
        raise Unusable(f"{address} is a mailbox of this organization")
    said = {"org": org, "id": uuid7(), "address": address, "name": name, "role": role, "department": department}
    profile: UUID = connection.execute(
        text(
            "INSERT INTO profiles (org_id, id, name, email, role, department_id)"
            " VALUES (:org, :id, :name, :address, :role, :department)"
            " ON CONFLICT (org_id, lower(email)) WHERE email IS NOT NULL AND role <> 'guest'"
            " DO UPDATE SET name = EXCLUDED.name, role = EXCLUDED.role, department_id = EXCLUDED.department_id"
            " RETURNING id"
        ),
        said,
    ).scalar_one()
    connection.execute(
        text(
            "INSERT INTO profile_addresses (org_id, address, profile_id) VALUES (:org, :address, :profile)"
            " ON CONFLICT DO NOTHING"
        ),
        {"org": org, "address": address, "profile": profile},
    )
    return profile

"""Calls with something that is A's and something that nobody has, by those for whom both must be the same."""

from dataclasses import dataclass

from tests.migrations.isolation.calls import (
    ADMIN,
    ADMIN_OF_B,
    AGENT,
    AGENT_OF_C,
    CUSTOMER,
    FETCHER,
    FOREIGN,
    GUEST,
    ISOLATED,
    NO_FETCHER,
    NOBODY,
    OTHER,
    SYSTEM,
    SYSTEM_OF_C,
)
from tests.migrations.isolation.contexts import Context

_PATCH = "'patch', jsonb_build_object('title', 'Another', 'priority', 'high')"
_UPDATES = f"SELECT * FROM update_tickets(jsonb_build_array(jsonb_build_object('ticket_id', <it>, {_PATCH})))"
_OWN = "SELECT * FROM create_tickets(jsonb_build_array(jsonb_build_object('title', 'Mine', {said})))"
_CHANGE = (
    "SELECT * FROM update_tickets(jsonb_build_array(jsonb_build_object('ticket_id', <tickets of C>,"
    " 'patch', jsonb_build_object('{key}', <it>))))"
)
BY_NOBODY = (NOBODY, SYSTEM_OF_C, AGENT_OF_C)
INSIDE = (ISOLATED, CUSTOMER, OTHER, FOREIGN)


@dataclass(frozen=True, slots=True)
class Strange:
    """A call whose `<it>` is first `there`, which A has, and then `nowhere`; one that `writes` may do its own work."""

    function: str
    contexts: tuple[Context, ...]
    statement: str
    there: str
    nowhere: str = "<no.one>"
    writes: bool = False


def _created(key: str, there: str) -> Strange:
    """A ticket of C's that is to start with something of A's."""
    own = {"id": "<tickets.untaken of C>", "requester_id": "<profiles.customer of C>", key: "<it>"}
    said = ", ".join(f"'{name}', {value}" for name, value in own.items())
    return Strange("create_tickets", (SYSTEM_OF_C,), _OWN.format(said=said), there, writes=True)


def _patched(key: str, there: str) -> Strange:
    """A ticket of C's that is to get something of A's."""
    return Strange("update_tickets", (SYSTEM_OF_C,), _CHANGE.format(key=key), there, writes=True)


_PARTS = {
    "requester_id": "<profiles.customer>",
    "assigned_to": "<profiles.agent>",
    "workflow_id": "<workflows.spare>",
    "stage_id": "<workflow_stages.resolved>",
    "department_id": "<departments>",
    "request_type_id": "<request_types>",
    "category_id": "<categories>",
    "event_id": "<events>",
    "mailbox_id": "<mailboxes>",
    "merged_into_id": "<tickets.other>",
    "assigned_org_id": "<organizations of B>",  # which is no partner of C
}
_ONLY_AT_FIRST = {"requester_id", "mailbox_id"}
_ONLY_LATER = {"merged_into_id"}


def _leased(statement: str) -> Strange:
    """What only the holder of a mailbox's lease may do."""
    return Strange(statement.partition("(")[0], (NO_FETCHER, FETCHER), f"SELECT * FROM {statement}", "<mailboxes.imap>")


STRANGE = (
    Strange("update_tickets", (*BY_NOBODY, *INSIDE), _UPDATES, "<tickets>"),
    Strange("update_tickets", (CUSTOMER, GUEST, FOREIGN), _UPDATES, "<tickets.other>"),
    Strange("update_ticket", BY_NOBODY, 'SELECT * FROM update_ticket(<it>, \'{"title": "Another"}\')', "<tickets>"),
    Strange(
        "create_ticket",
        (NOBODY,),
        "SELECT * FROM create_ticket(jsonb_build_object('id', <no.one>, 'title', 'Mine', 'requester_id', <it>))",
        "<profiles.customer>",
    ),
    Strange(
        "create_tickets",  # in a customer's own name only
        (CUSTOMER, OTHER, GUEST),
        _OWN.format(said="'id', <tickets.untaken>, 'requester_id', <it>"),
        "<profiles.isolated>",
    ),
    *(_created(key, there) for key, there in {"id": "<tickets>", **_PARTS}.items() if key not in _ONLY_LATER),
    *(_patched(key, there) for key, there in _PARTS.items() if key not in _ONLY_AT_FIRST),
    Strange(
        "claim_address",
        (AGENT, CUSTOMER, GUEST, NOBODY),  # admins are told that an address cannot be used
        "SELECT claim_address(<mailboxes.untaken>, <it>)",
        "<receiving_addresses.address>",
        "'not-an-address-of-anybody'",
    ),
    Strange("claim_address", (SYSTEM_OF_C, NOBODY), "SELECT claim_address(<it>, 'new@example.test')", "<mailboxes>"),
    Strange(
        "our_addresses",
        (*BY_NOBODY, ADMIN_OF_B),
        "SELECT our_addresses(ARRAY[<it>])",
        "<receiving_addresses.address>",
        "'nobody@example.test'",
    ),
    Strange("is_partner", (NOBODY, ADMIN_OF_B), "SELECT is_partner(<it>)", "<organizations>"),
    Strange(
        "add_guest",
        (NOBODY, AGENT_OF_C, ADMIN_OF_B, CUSTOMER, ISOLATED),
        "SELECT add_guest(<organizations>, <it>)",
        "<profiles.agent>",
    ),
    Strange("add_guest", (SYSTEM_OF_C,), "SELECT add_guest(<organizations>, <it>)", "<profiles.customer>"),
    Strange(
        "offer_partnership", (ADMIN,), "SELECT offer_partnership(<it>)", "'base-b'", "'nobody-has-this'", writes=True
    ),
    Strange(
        "offer_partnership", (AGENT, CUSTOMER, GUEST, NOBODY), "SELECT offer_partnership(<it>)", "'base-b'", "'nobody'"
    ),
    Strange(
        "withdraw_partnership",
        (AGENT, CUSTOMER, GUEST, NOBODY),
        "SELECT withdraw_partnership(<it>)",
        "'base-c'",
        "'nobody'",
    ),
    _leased("mailbox_login(<it>, 'holder')"),
    _leased("read_cursor(<it>, 'holder', 'INBOX')"),
    _leased("advance_cursor(<it>, 'holder', 'INBOX', 1, 9, '{[1,9]}')"),
    _leased("note_mailbox_health(<it>, 'holder', 'refused')"),
    _leased("release_mailbox(<it>, 'holder')"),
    Strange(
        "lift_door_limit",
        (SYSTEM, ADMIN, CUSTOMER),
        "SELECT lift_door_limit('email', <it>, 'connection')",
        "<door_limits.identifier>",
        "'nobody@example.test'",
    ),
    Strange(
        "note_door_limit",
        (SYSTEM, ADMIN, CUSTOMER),
        "SELECT note_door_limit('email', <it>, 'connection', 9, 60, NULL, 'too often')",
        "<door_limits.identifier>",
        "'nobody@example.test'",
    ),
    Strange(
        "list_partners",
        (NOBODY, CUSTOMER, GUEST),
        "SELECT * FROM list_partners() WHERE id = <it>",
        "<organizations of C>",
    ),
    Strange(
        "list_routed_tickets",
        (NOBODY, ADMIN_OF_B, GUEST, CUSTOMER),
        "SELECT * FROM list_routed_tickets() WHERE ticket_id = <it>",
        "<tickets>",
    ),
    Strange("acting_profile", BY_NOBODY, "SELECT acting_profile() = <it>", "<profiles.system>"),
)

OVER_ALL: dict[str, str] = {
    # function: why it answers for all organizations, whatever the context
    "claim_outgoing": "a batch of a worker holds letters of many organizations; identifiers only",
    "claim_raw_mail": "a batch of a worker holds mail of many organizations; identifiers only",
    "door_blocks": "whom the doors turn away belongs to no organization",
    "lease_mailbox": "the fetcher goes through the mailboxes of all organizations",
    "list_organizations": "the operator's desk",
    "note_repeats": "the door counts for whoever a mail is addressed to, and learns nothing",
    "postern_metrics": "counts over everything",
    "resolve_address": "the door asks before it knows whose mail it is",
    "waiting_outgoing": "the sweep looks over all organizations; identifiers only",
    "waiting_raw_mail": "the sweep looks over all organizations; identifiers only",
}

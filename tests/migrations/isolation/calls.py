"""Calls of every function that a login may call: from where they work, and from where they must not."""

from dataclasses import dataclass

from tests.migrations.isolation.contexts import INSIDERS, OUTSIDERS, Context
from tests.migrations.isolation.world import A, D, E

_BY_NAME = {context.name: context for context in (*INSIDERS, *OUTSIDERS)}
PEOPLE = tuple(context for context in INSIDERS if context.login == "postern_app")
SYSTEM, ADMIN, AGENT, ISOLATED, CUSTOMER, OTHER, GUEST, FOREIGN, FETCHER, GATEWAY = (
    _BY_NAME[name]
    for name in ("system", "admin", "agent", "isolated", "customer", "other", "guest", "foreign", "fetcher", "gateway")
)
NOBODY, SYSTEM_OF_B, SYSTEM_OF_C, AGENT_OF_C = (
    _BY_NAME[name] for name in ("nobody", "system of B", "system of C", "agent of C")
)
ADMIN_OF_B = _BY_NAME["admin of B"]
NO_FETCHER = Context("fetcher without context", login="postern_fetcher")
NO_GATEWAY = _BY_NAME["nobody at the door"]
UNNAMED = Context("system without a profile", world=A, role="system")

_LEASED = (
    "INSERT INTO mailbox_cursors (org_id, mailbox_id, folder, leased_by, leased_until, uidvalidity)"
    " VALUES (<organizations>, <mailboxes.imap>, 'INBOX', 'holder', now() + interval '1 hour', 1)"
)
_BLOCKED = (
    "INSERT INTO door_limits (identifier_type, identifier, action, window_seconds, is_blocked)"
    " VALUES ('email', 'them@example.test', 'connection', 60, true)"
)
_TICKET = (
    "SELECT * FROM create_tickets(jsonb_build_array(jsonb_build_object('id', <tickets.untaken>,"
    " 'requester_id', <profiles.customer>, 'title', 'A new one', 'assigned_to', <profiles.agent>)))"
)
_PATCH = (
    "jsonb_build_object('title', 'Another', 'assigned_to', <profiles.colleague>,"
    " 'stage_id', <workflow_stages.resolved>)"
)


@dataclass(frozen=True, slots=True)
class Call:
    """A statement that calls a function, the contexts in which it does something, and what is prepared for it."""

    function: str
    contexts: tuple[Context, ...]
    statement: str
    before: str = ""


CALLS = (
    # where they work: what each does is compared with what it does without one of the policies
    Call("acting_profile", (UNNAMED, AGENT), "SELECT acting_profile()"),
    Call("create_tickets", PEOPLE, _TICKET),
    Call("create_tickets", (CUSTOMER,), _TICKET.replace(", 'assigned_to', <profiles.agent>", "")),
    Call("create_ticket", (SYSTEM,), _TICKET.replace("create_tickets(jsonb_build_array(", "create_ticket((")),
    Call(
        "update_tickets",
        PEOPLE,
        "SELECT * FROM update_tickets(jsonb_build_array("
        f"jsonb_build_object('ticket_id', <tickets>, 'patch', {_PATCH}, 'reason', 'so')))",
    ),
    Call("update_ticket", (SYSTEM, AGENT), f"SELECT * FROM update_ticket(<tickets.other>, {_PATCH}, 'so')"),
    Call("add_guest", (SYSTEM, ADMIN), "SELECT add_guest(<organizations of C>, <profiles.agent of C>)"),
    Call("claim_address", (ADMIN,), "SELECT claim_address(<mailboxes>, 'new@example.test')"),
    Call("claim_outgoing", (NOBODY,), "SELECT * FROM claim_outgoing(ARRAY[<outgoing>]::uuid[], '1 minute')"),
    Call("claim_raw_mail", (NOBODY,), "SELECT * FROM claim_raw_mail(ARRAY[<raw_mail>]::uuid[], '1 minute', true)"),
    Call("door_blocks", (NOBODY, NO_GATEWAY, NO_FETCHER), "SELECT * FROM door_blocks() ORDER BY 1, 2", before=_BLOCKED),
    Call("is_partner", (SYSTEM, AGENT), "SELECT is_partner(<organizations of C>)"),
    Call("lease_mailbox", (NO_FETCHER,), "SELECT * FROM lease_mailbox('holder', '1 minute')"),
    Call(
        "lease_mailbox",
        (NO_FETCHER,),
        "SELECT * FROM lease_mailbox('another', '1 minute')",
        before=_LEASED.replace("'holder', now() + interval '1 hour'", "NULL, NULL"),
    ),
    Call(
        "lift_door_limit",
        (NOBODY,),
        "SELECT lift_door_limit('email', 'them@example.test', 'connection')",
        before=_BLOCKED,
    ),
    Call("list_organizations", (NOBODY,), "SELECT * FROM list_organizations()"),
    Call("list_partners", (SYSTEM, ADMIN), "SELECT * FROM list_partners() ORDER BY 2"),
    Call("list_routed_tickets", (AGENT_OF_C,), "SELECT * FROM list_routed_tickets() ORDER BY 3"),
    Call("mailbox_login", (NO_FETCHER,), "SELECT * FROM mailbox_login(<mailboxes.imap>, 'holder')", before=_LEASED),
    Call(
        "advance_cursor",
        (NO_FETCHER,),
        "SELECT advance_cursor(<mailboxes.imap>, 'holder', 'INBOX', 1, 9, '{[1,9]}')",
        before=_LEASED,
    ),
    Call(
        "note_mailbox_health",
        (NO_FETCHER,),
        "SELECT note_mailbox_health(<mailboxes.imap>, 'holder', 'refused')",
        before=_LEASED,
    ),
    Call(
        "read_cursor", (NO_FETCHER,), "SELECT * FROM read_cursor(<mailboxes.imap>, 'holder', 'INBOX')", before=_LEASED
    ),
    Call("release_mailbox", (NO_FETCHER,), "SELECT release_mailbox(<mailboxes.imap>, 'holder')", before=_LEASED),
    Call(
        "note_door_limit",
        (NOBODY,),
        "SELECT note_door_limit('email', 'them@example.test', 'connection', 9, 60, NULL, 'too often')",
    ),
    Call(
        "note_repeats",
        (NO_GATEWAY, NO_FETCHER),
        "SELECT note_repeats(ARRAY[<no.one>]::uuid[], ARRAY[<mailboxes>]::uuid[], ARRAY[digest])"
        " FROM (VALUES (CAST(<raw_mail.digest> AS bytea))) AS known (digest)",
    ),
    Call("offer_partnership", (SYSTEM, ADMIN), "SELECT offer_partnership('base-b')"),
    Call("our_addresses", (SYSTEM, AGENT), "SELECT our_addresses(ARRAY[<receiving_addresses.address>])"),
    Call("postern_metrics", (NOBODY, NO_GATEWAY, NO_FETCHER), "SELECT name, value > 0 FROM postern_metrics()"),
    Call("resolve_address", (NO_GATEWAY,), "SELECT * FROM resolve_address(<receiving_addresses.address>)"),
    Call("waiting_outgoing", (NOBODY,), "SELECT * FROM waiting_outgoing(10)"),
    Call("waiting_raw_mail", (NOBODY,), "SELECT * FROM waiting_raw_mail(10)"),
    Call("withdraw_partnership", (ADMIN,), "SELECT withdraw_partnership('base-c')"),
    Call(
        "the doors themselves",
        (NO_GATEWAY, NO_FETCHER),
        "INSERT INTO raw_mail (id, org_id, mailbox_id, digest, content, size, mail_from, recipients, protocol)"
        " VALUES (<no.one>, <organizations>, <mailboxes>, 'another', 'x', 1, '', '{}', 'esmtp')",
    ),
    Call(
        "install_defaults",  # as a migration calls it for organizations that are there already
        (Context("owner in D", login="postern_owner", world=D),),
        "SELECT install_defaults(<organizations of D>)",
    ),
    Call(
        "provision_organization",
        (Context("system of a new one", world=E, role="system"),),
        "INSERT INTO organizations (id, name, slug, ticket_prefix)"
        " VALUES (<organizations of E>, 'New', 'new-one', 'NEW')",
    ),
)

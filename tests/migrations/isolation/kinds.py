"""What the catalogue cannot say of rows: whose they are, what a CHECK wants, and which further kinds there are."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.migrations.isolation.world import BASE, D, World


def _same(world: World) -> World:
    return world


def _partner(world: World) -> World:
    return world.partner


def _bystander(_: World) -> World:
    return D


def _stranger(world: World) -> World:
    return world.stranger


@dataclass(frozen=True, slots=True)
class To:
    """The identifier of another row."""

    table: str
    kind: str = BASE
    world: Callable[[World], World] = _same


PARTNER = To("organizations", world=_partner)
STRANGER = To("organizations", world=_stranger)
CUSTOMER, OTHER, AGENT, COLLEAGUE, ISOLATED, ADMIN, GUEST = (
    To("profiles", kind) for kind in ("customer", "other", "agent", "colleague", "isolated", "admin", "guest")
)
ELSEWHERE = To("departments", "other")

BY_NAME: dict[str, str | To | None] = {
    "ticket_id": To("tickets"),
    "comment_id": To("ticket_comments"),
    "added_by": AGENT,
    "assigned_org_id": PARTNER,
    "timezone": "UTC",
    "locale": "en",
    "email": "{label}@example.test",
    "sender_address": "{label}@example.test",
    "address": "{label}@example.test",
    "domain": "{label}.example.test",
    "month": "2026-01",
}

KINDS: dict[str, dict[str, dict[str, str | To | None]]] = {
    # table: kind of row: column: value ({label} and {n} differ from row to row).
    # A kind that starts with a plus is no row: it is only tried as a new one.
    "accounts": {"agent": {}},
    "account_identities": {"agent": {"account_id": To("accounts", "agent")}},
    "organizations": {BASE: {"name": "Organization", "slug": "{label}", "ticket_prefix": "TST", "is_default": "false"}},
    "organization_partners": {
        BASE: {"partner_org_id": PARTNER, "agreed_at": "2026-01-01"},
        "offered": {"partner_org_id": To("organizations", world=_bystander), "agreed_at": None},
    },
    "profiles": {
        BASE: {"role": "customer", "department_id": None, "account_id": None, "home_org_id": None, "added_by": None},
        "customer": {"account_id": To("accounts"), "audiences": "{retail}", "custom_fields": '{"plan": "gold"}'},
        "other": {},
        "agent": {"role": "agent", "department_id": To("departments"), "account_id": To("accounts", "agent")},
        "colleague": {"role": "agent", "department_id": To("departments")},
        "isolated": {"role": "agent", "department_id": ELSEWHERE},
        "admin": {"role": "admin"},
        "system": {"role": "system"},
        "guest": {"role": "guest", "home_org_id": PARTNER},
        "foreign": {"role": "guest", "home_org_id": STRANGER},
    },
    "departments": {"other": {}},
    "teams": {BASE: {"is_support_team": "true"}, "other": {"is_support_team": "false"}},
    "workflows": {BASE: {"is_default": "true"}, "spare": {"is_default": "false"}},
    "workflow_stages": {
        BASE: {"is_start": "true", "next_stage_id": None, "prev_stage_id": None},
        "resolved": {"is_start": "false", "is_end": "true", "category": "resolved"},
    },
    "workflow_stage_hooks": {
        BASE: {
            "stage_id": To("workflow_stages", "resolved"), "hook_type": "advance",
            "config": '{"stage_id": "it is not looked up", "after_minutes": 5}',
        },
        "priority": {"hook_type": "priority", "config": '{"priority": "high"}'},
    },
    "webhooks": {BASE: {
        "url": "https://{label}.example.test/", "events": "{ticket.created,ticket.assigned,ticket.commented}"}},
    "tickets": {
        BASE: {"routing_type": "hybrid", "assigned_org_id": PARTNER, "assigned_to": AGENT, "merged_into_id": None},
        "other": {
            "created_by": OTHER, "department_id": ELSEWHERE, "routing_type": "internal", "assigned_org_id": None,
            "assigned_to": None, "latest_history_id": To("ticket_history", "other"),
        },
        "routed": {
            "created_by": OTHER, "department_id": ELSEWHERE, "routing_type": "organization", "assigned_to": None,
            "latest_history_id": To("ticket_history", "routed"),
        },
        "internal": {
            "created_by": OTHER, "routing_type": "internal", "assigned_to": ISOLATED,
            "latest_history_id": To("ticket_history", "internal"),
        },
        "watched": {
            "created_by": OTHER, "routing_type": "internal", "assigned_org_id": None, "assigned_to": None,
            "latest_history_id": To("ticket_history", "watched"),
        },
        "shared": {
            "created_by": OTHER, "department_id": None, "routing_type": "internal", "assigned_org_id": None,
            "assigned_to": CUSTOMER, "latest_history_id": To("ticket_history", "shared"),
        },
        "resolved": {
            "department_id": ELSEWHERE, "routing_type": "internal", "assigned_org_id": None, "assigned_to": None,
            "status": "resolved", "current_stage_id": To("workflow_stages", "resolved"),
            "latest_history_id": To("ticket_history", "resolved"),
        },
    },
    "ticket_history": {
        "other": {"ticket_id": To("tickets", "other")},
        "routed": {"ticket_id": To("tickets", "routed")},
        "internal": {"ticket_id": To("tickets", "internal")},
        "watched": {"ticket_id": To("tickets", "watched")},
        "shared": {"ticket_id": To("tickets", "shared")},
        "resolved": {
            "ticket_id": To("tickets", "resolved"), "category": "resolved",
            "workflow_stage_id": To("workflow_stages", "resolved"),
        },
    },
    "ticket_participants": {
        BASE: {"kind": "requester"},
        "other": {"ticket_id": To("tickets", "other"), "profile_id": OTHER},
        "watcher": {"ticket_id": To("tickets", "routed"), "kind": "watcher"},
        "isolated": {"ticket_id": To("tickets", "watched"), "profile_id": ISOLATED, "kind": "watcher"},
        "+isolated": {"profile_id": ISOLATED, "kind": "watcher"},
    },
    "ticket_comments": {
        BASE: {"sender_type": "customer", "is_internal": "false"},
        "agent": {"sender_type": "agent", "author_id": AGENT},
        "internal": {"sender_type": "agent", "author_id": AGENT, "is_internal": "true"},
        "guest": {"sender_type": "agent", "author_id": GUEST},
        "+internal": {"is_internal": "true"},
        "+as_agent": {"sender_type": "agent"},
        "+elsewhere": {"ticket_id": To("tickets", "other")},
    },
    "ticket_attachments": {
        BASE: {"sha256": To("blobs")},
        "agent": {"sha256": To("blobs"), "uploaded_by": AGENT, "comment_id": To("ticket_comments", "agent")},
        "internal": {
            "sha256": To("blobs", "internal"), "uploaded_by": AGENT, "comment_id": To("ticket_comments", "internal"),
        },
        "guest": {"sha256": To("blobs"), "uploaded_by": GUEST, "comment_id": To("ticket_comments", "guest")},
        "loose": {"sha256": To("blobs"), "uploaded_by": AGENT, "comment_id": None},
    },
    "blobs": {"internal": {}},
    "ticket_links": {BASE: {"linked_ticket_id": To("tickets", "internal")}},
    "categories": {BASE: {"kind": "ticket"}, "article": {"kind": "article"}},
    "assignment_turns": {BASE: {"department_id": None}},
    "request_types": {"inactive": {"is_active": "false"}, "public": {"allowed_roles": "{public}"},
                      "retail": {"allowed_roles": "{retail}"}},
    "field_definitions": {BASE: {"key": "key_{n}", "type": "text", "default_value": None},
                          "inactive": {"is_active": "false"},
                          "customer": {"entity": "customer", "key": "plan", "type": "text"},
                          "event": {"key": "event", "type": "dropdown_dynamic_event"},
                          "file": {"key": "file", "type": "file"}, "secret": {"key": "secret"}},
    "field_visibility_rules": {
        "hidden": {"show_to_customers": "false"},
        "secret": {"field_definition_id": To("field_definitions", "secret"), "show_to_customers": "false"},
    },
    "sla_policies": {BASE: {"first_response_minutes": "10", "resolution_minutes": "20"}},
    "ticket_feedback": {
        BASE: {"ticket_id": To("tickets", "resolved"), "history_id": To("ticket_history", "resolved"), "rating": "3"},
        "+open": {"ticket_id": To("tickets"), "history_id": To("ticket_history")},
    },
    "org_invites": {BASE: {"role": "agent", "expires_at": "2100-01-01"}},
    "mailboxes": {BASE: {"kind": "smtp", "imap_settings": "{}"}, "imap": {
        "kind": "imap", "imap_settings": '{"host": "imap.example.test", "user": "me"}'}},
    "mailbox_tokens": {"imap": {"mailbox_id": To("mailboxes", "imap"), "kind": "imap_password"}},
    "mailbox_cursors": {BASE: {"folder": "{label}", "leased_by": None}},
    "mailbox_uidls": {BASE: {"mailbox_id": To("mailboxes", "imap"), "uidl": "{label}"}},
    "signing_keys": {BASE: {"selector": "s{n}"}},
    "letter_templates": {BASE: {"letter": "letter_{label}"}},
    "blocked_senders": {BASE: {"kind": "address", "value": "{label}@example.test", "created_by": AGENT}},
    "rate_limits": {BASE: {"identifier_type": "email", "identifier": "{label}@example.test"}},
    "door_limits": {BASE: {"identifier_type": "email", "identifier": "{label}@example.test"}},
    "legal_holds": {BASE: {"profile_id": None, "ticket_id": None, "lifted_at": "2026-01-02"}},
    "held_comments": {BASE: {"comment_id": None}},
    "deliveries": {BASE: {"call_id": None}, "call": {"outgoing_id": None, "call_id": To("webhook_calls")}},
    "outgoing": {"ours": {"ticket_id": None, "comment_id": None}},
    "raw_mail": {"unfiled": {"ticket_id": None, "comment_id": None}},
    "articles": {
        BASE: {"slug": "{label}", "status": "published", "published_at": "2026-01-01", "author_id": AGENT,
               "category_id": To("categories", "article")},
        "draft": {"status": "draft", "published_at": None},
    },
    "ticket_words": {BASE: {"words": "'title':1A 'text':2B"}},
    "article_words": {BASE: {"words": "'title':1A"}},
    "article_feedback": {"draft": {"article_id": To("articles", "draft")}},
    "chat_sessions": {
        BASE: {"status": "active", "agent_id": AGENT},
        "waiting": {"status": "waiting", "agent_id": None, "ticket_id": None},
    },
    "chat_messages": {
        "agent": {"sender_id": AGENT},
        "waiting": {"session_id": To("chat_sessions", "waiting")},
        "+unasked": {"session_id": To("chat_sessions", "waiting"), "sender_id": OTHER},
    },
    "notifications": {
        "agent": {"profile_id": AGENT}, "admin": {"profile_id": ADMIN}, "guest": {"profile_id": GUEST},
    },
}  # fmt: skip

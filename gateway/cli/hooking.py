"""What an operator says of a hook, as its config says it: people, teams and stages by name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, TextClause, text

from gateway.cli.problems import Problem, Usage
from models.hook import HookType
from models.ticket import Priority

MINUTES = {"m": 1, "h": 60, "d": 1440}
MOST_MINUTES = 5_256_000
EVENTS = {"warning": "sla_warning", "breach": "sla_breach"}
_AFTER = re.compile(r"(\d{1,7})([mhd])")
_STAGE = text(
    "SELECT s.id, s.workflow_id FROM workflow_stages s JOIN workflows w ON w.org_id = s.org_id AND w.id = s.workflow_id"
    " WHERE lower(s.name) = lower(:name) AND (CASE WHEN CAST(:workflow AS text) IS NULL THEN w.is_default"
    " ELSE lower(w.name) = lower(:workflow) END) ORDER BY s.created_at, s.id LIMIT 1"
)
_BESIDE = text("SELECT id FROM workflow_stages WHERE workflow_id = :workflow AND lower(name) = lower(:name)")
_PERSON = text("SELECT profile_id FROM profile_addresses WHERE address = lower(:name)")
_TEAM = text("SELECT id FROM teams WHERE lower(name) = lower(:name)")
_DEPARTMENT = text("SELECT id FROM departments WHERE lower(name) = lower(:name)")
_MACRO = text("SELECT id FROM macros WHERE lower(title) = lower(:name)")
_WEBHOOK = text("SELECT id FROM webhooks WHERE lower(name) = lower(:name)")


@dataclass(frozen=True, slots=True)
class Place:
    """A stage of a workflow."""

    id: UUID
    workflow: UUID


@dataclass(frozen=True, slots=True)
class Wish:
    """What was said of a hook; what its type has no use for is refused."""

    kind: str
    to: str | None
    message: str | None
    macro: str | None
    put: tuple[str, ...]
    take: tuple[str, ...]
    after: str | None
    business_hours: bool
    on: str | None = None


def stage(connection: Connection, workflow: str | None, name: str) -> Place:
    """The stage of that name.

    Args:
        connection: in the context of its organization, as admin.
        workflow: by name; the default one unless given.
        name: of the stage, in any case.

    Raises:
        Problem: there is none.
    """
    found = connection.execute(_STAGE, {"name": name, "workflow": workflow}).one_or_none()
    if found is None:
        raise Problem(f"there is no stage {name!r} in {workflow or 'the default workflow'}")
    return Place(found.id, found.workflow_id)


def config(connection: Connection, wish: Wish, place: Place) -> dict[str, Any]:
    """The config of a hook.

    Args:
        connection: in the context of its organization, as admin.
        wish: what was said.
        place: the stage that has it done.

    Raises:
        Usage: something is missing, or its type has no use for it.
        Problem: whom or what it names is not there.
    """
    if wish.kind not in list(HookType):
        raise Usage(f"{wish.kind!r} is none of {', '.join(HookType)}")
    found = dict(_said(connection, wish, place))
    if wish.after:
        found["after_minutes"] = minutes(wish.after)
    elif wish.kind == HookType.ADVANCE:
        found["after_minutes"] = 0
    if wish.on:
        if wish.on not in EVENTS:
            raise Usage(f"--on is {' or '.join(EVENTS)}")
        found["on"] = EVENTS[wish.on]
    if wish.business_hours:
        if not wish.after:
            raise Usage("--business-hours says how --after counts; give both")
        found["business_hours"] = True
    return found


def minutes(said: str) -> int:
    """A time such as 30m, 8h or 2d in minutes.

    Raises:
        Usage: it is none up to ten years.
    """
    found = _AFTER.fullmatch(said)
    if not found or int(found[1]) * MINUTES[found[2]] > MOST_MINUTES:
        raise Usage(f"{said!r} is no time up to ten years; write 30m, 8h or 2d")
    return int(found[1]) * MINUTES[found[2]]


def _said(connection: Connection, wish: Wish, place: Place) -> Iterator[tuple[str, Any]]:
    match wish.kind:
        case HookType.NOTIFICATION:
            yield "message", _needed(wish.message, "--message")
            yield from _audience(connection, _needed(wish.to, "--to"))
        case HookType.REPLY:
            if wish.macro:
                yield "macro_id", _named(connection, _MACRO, wish.macro, "macro")
            else:
                yield "message", _needed(wish.message, "--message or --macro")
        case HookType.PRIORITY:
            if wish.to not in list(Priority):
                raise Usage(f"--to is one of {', '.join(Priority)}")
            yield "priority", wish.to
        case HookType.TAG:
            if not (wish.put or wish.take):
                raise Usage("a tag hook needs --put or --take")
            yield "add", list(wish.put)
            yield "remove", list(wish.take)
        case kind:
            yield _towards(connection, kind, _needed(wish.to, "--to"), place)


def _towards(connection: Connection, kind: str, to: str, place: Place) -> tuple[str, str]:
    """What a hook that assigns, calls or goes on names."""
    if kind == HookType.ASSIGN:
        return _assignee(connection, to)
    if kind == HookType.WEBHOOK:
        return "webhook_id", _named(connection, _WEBHOOK, to, "webhook")
    target = connection.scalar(_BESIDE, {"workflow": place.workflow, "name": to})
    if target in (None, place.id):
        raise Problem(f"its workflow has no other stage {to!r}")
    return "stage_id", str(target)


def _audience(connection: Connection, to: str) -> Iterator[tuple[str, str]]:
    role = to.removeprefix("role:")
    if to in ("ticket_creator", "org_admins"):
        yield "target_type", to
    elif role != to:
        if role not in ("customer", "agent", "admin"):
            raise Usage("a role is customer, agent or admin")
        yield "target_type", "role"
        yield "target_role", role
    else:
        yield "target_type", "specific_user"
        yield "target_user_id", _named(connection, _PERSON, to, "person")


def _assignee(connection: Connection, to: str) -> tuple[str, str]:
    kind, _, name = to.partition(":")
    if kind == "team" and name:
        return "team_id", _named(connection, _TEAM, name, "team")
    if kind == "department" and name:
        return "department_id", _named(connection, _DEPARTMENT, name, "department")
    return "profile_id", _named(connection, _PERSON, to, "person")


def _named(connection: Connection, query: TextClause, name: str, what: str) -> str:
    found = connection.scalar(query, {"name": name})
    if found is None:
        raise Problem(f"there is no {what} {name!r} in this organization")
    return str(found)


def _needed(said: str | None, option: str) -> str:
    if not said:
        raise Usage(f"this type of hook needs {option}")
    return said

"""A notice in words, one line; what it tells of was checked when it was written. Pure."""

from collections.abc import Mapping
from typing import Any

from models.notification import NotificationType

TARGETS = {"first_response": "the first answer", "resolution": "the solution"}
LONGEST = 300


def say(kind: str, content: Mapping[str, Any]) -> str:
    """What happened.

    Args:
        kind: type of the notice.
        content: as its writer left it.
    """
    match kind:
        case NotificationType.STAGE_HOOK:
            return _line(content.get("message"))
        case NotificationType.TICKET_ASSIGNED | NotificationType.TICKET_CREATED:
            return "It is yours now." if kind == NotificationType.TICKET_ASSIGNED else "It was opened."
        case NotificationType.TICKET_COMMENTED:
            return _line(content.get("excerpt"))
        case NotificationType.MENTION:
            return f"You are named: {_line(content.get('excerpt'))}"
        case NotificationType.SLA:
            target = TARGETS.get(str(content.get("target")), "what was promised")
            return f"The time for {target} {'is over' if content.get('event') == 'sla_breach' else 'is nearly over'}."
    return _changed(content)


def _changed(content: Mapping[str, Any]) -> str:
    parts = [_line(content.get("new_status")).replace("_", " ")]
    parts += [f"of {_line(content.get('priority'))} priority"] if content.get("priority") else []
    if isinstance(content.get("assignee"), str):
        parts.append(f"assigned to {_line(content['assignee']) or 'nobody'}")
    said = ", ".join(filter(None, parts))
    return f"It is now {said}." if said else "Look."


def _line(said: object) -> str:
    words = " ".join(said.split()) if isinstance(said, str) else ""
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"

"""Mail of senders whom the organization does not hear: by address, by domain and all below it, or by network."""

from ipaddress import ip_address, ip_network

from models.blocking import SenderKind
from workers.inbound.facts import Facts, Person, Received
from workers.inbound.screens.verdict import Verdict


def opinion(received: Received, author: Person | None, facts: Facts) -> Verdict | None:
    """`blocked` for a From, a return path or a client that is on the organization's list."""
    del author
    blocked = facts.screening.blocked
    if not blocked:
        return None
    for suspect in received.caller.suspects:
        kind = SenderKind.ADDRESS if "@" in suspect else SenderKind.DOMAIN
        if (kind, suspect) in blocked:
            return _blocked(kind, suspect, blocked[kind, suspect])
    networks = [value for kind, value in blocked if kind == SenderKind.NETWORK] if received.caller.peer else []
    for value in networks:
        if ip_address(received.caller.peer) in ip_network(value):
            return _blocked(SenderKind.NETWORK, value, blocked[SenderKind.NETWORK, value])
    return None


def _blocked(kind: str, value: str, why: str) -> Verdict:
    return Verdict("blocked", "quarantined", f"the {kind} {value} is blocked{f': {why}' if why else ''}")

"""May a program of ours answer this mail? Apart from what kind it is: people, too, may ask for silence (RFC 3834).

A mail may come though neither To nor Cc, nor a server on the way (Delivered-To and the like), names the mailbox: by a
blind copy, or forwarded without a trace. It is filed and its agents hear of it, but no program answers. So it is with
Pigeonhole, too, unless its administrator wishes otherwise ("any recipient", "original recipient"); its tests state for
the same mail under the same envelope that it may and that it may not be answered, so no rule agrees with all of them.
Silence costs a customer an acknowledgement; an answer could go to a list whose headers were lost, or tell that somebody
was copied in secretly. A mail that names nobody at all was not written to others, and is answered.
"""

import re

from workers.inbound.facts import Facts, Received
from workers.inbound.recognise.kinds import Kind, Opinion

_SUPPRESSING = frozenset(("all", "oof", "autoreply"))  # what X-Auto-Response-Suppress may ask for, of answers to words
_WORD = re.compile(r"[a-z]+")
_HOPS = 30  # real mail has less than half; RFC 5321 section 6.3 would have none refused before 100
_NOBODY = re.compile(
    r"(?:mailer-daemon|postmaster|listserv|majordomo|no[-_.]?reply|do[-_.]?not[-_.]?reply|owner-.*|.*-request|.*-bounces?)",
)


def silence(received: Received, facts: Facts, opinion: Opinion) -> str:
    """Why nothing may be answered automatically, '' if it may (RFC 3834 section 2, RFC 5230 section 4.6).

    Args:
        received: the mail.
        facts: of its batch.
        opinion: what wrote it.
    """
    if opinion.kind is not Kind.PERSONAL:
        return f"the mail is {opinion.kind}: {opinion.reason}"
    return _by_headers(received) or _by_addresses(received, facts)


def _by_headers(received: Received) -> str:
    mail = received.mail
    if not received.mail_from:
        return "it has no return path"
    if mail.hops >= _HOPS:
        return f"it went through {mail.hops} servers, as a mail does that goes round"
    if _SUPPRESSING & set(_WORD.findall(mail.suppress.lower())):
        return f"X-Auto-Response-Suppress: {mail.suppress}"
    return ""


def _by_addresses(received: Received, facts: Facts) -> str:
    mail = received.mail
    written = {address.lower() for address in (received.mail_from, mail.sender.address if mail.sender else "")}
    ours = facts.ours | {one.address.lower() for one in facts.boxes.values()}
    if any(_NOBODY.fullmatch(address.partition("@")[0].partition("+")[0]) for address in written):
        return "nobody reads answers to its address"
    if written & ours:
        return "its sender is one of our own mailboxes"
    return "" if _is_addressed(received, facts) else "it was not addressed to us: neither To nor Cc names the mailbox"


def _is_addressed(received: Received, facts: Facts) -> bool:
    """Whether To, Cc or a server on the way names us; a mail that names nobody leaves it open."""
    mail = received.mail
    named = {one.address.lower() for one in (*mail.to, *mail.cc)}
    if not named:
        return True
    ours = {one.lower() for one in received.recipients} | {one.address.lower() for one in facts.boxes.values()}
    if any(_untagged(one) in ours or one in ours for one in named):
        return True
    return any(one in trace.lower() for trace in mail.delivered_to for one in ours)


def _untagged(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"

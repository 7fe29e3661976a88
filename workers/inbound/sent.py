"""Where our letters stand: those that the notices of a batch tell about, and the addresses that get no more of them.

Neither is asked for where nothing of a batch is about it, and no address of the organization is suppressed.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from workers.inbound.decide import Decision
from workers.inbound.facts import Facts, Received
from workers.inbound.news import SOFT_WITHIN, News, Sent, told
from workers.inbound.statements import statement


def look_up(connection: Connection, facts: Facts, batch: Sequence[Received]) -> None:
    """Add to the facts what is known of the letters that came back, and of whom not to write to.

    Args:
        connection: in the context of their organization.
        facts: of the batch; grow.
        batch: its mails.
    """
    letters = {found.id for one in batch if _may_be_news(one) and (found := facts.returned(one))}
    if letters:
        said = {"org": facts.org, "letters": sorted(letters), "within": SOFT_WITHIN}
        facts.sent.update({row.id: Sent(*row) for row in connection.execute(statement("sent"), said)})
    if facts.suppresses:
        takers = (one for ticket in facts.tickets.values() for one in (ticket.requester, *ticket.participants))
        people = (*facts.staff, *facts.people.values(), *takers)
        senders = {one.mail.sender.address.lower() for one in batch if one.mail.sender}
        addresses = sorted(senders | {one.address.lower() for one in people if one.address})
        rows = connection.execute(statement("suppressed"), {"org": facts.org, "addresses": addresses})
        facts.suppressed.update({row.address: row.why for row in rows})


def news_of(received: Received, decision: Decision, facts: Facts) -> News | None:
    """What a mail tells of a letter of ours, None if it tells of none; told once, the facts know it.

    Args:
        received: the mail.
        decision: about it.
        facts: of its batch; change.
    """
    sent = facts.sent.get(decision.signed.id) if decision.signed and decision.kind.is_news else None
    if sent is None:
        return None
    news = told(received.mail, sent, at_return_path=facts.signed(received, "b") is not None)
    for letter, other in facts.sent.items():
        if other.recipient.lower() == sent.recipient.lower():
            facts.sent[letter] = news.after(other, itself=letter == sent.id)
    return news


def _may_be_news(received: Received) -> bool:
    return received.mail.notice is not None or received.mail.report or not received.mail_from

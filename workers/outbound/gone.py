"""Nobody is at an address, says the server that was to take a letter for it: the address gets no more of them.

Only what is said of the recipient (RCPT) and of nothing else counts: a mailbox that does not exist (5.1.1, RFC 3463),
or a domain that takes no mail (5.1.10, RFC 7505). A mailbox that is disabled (5.2.1) may work again, and a large
provider says the same to whom it gets too much for; so that is told and no more, as in a delivery report.
"""

import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from models.blocking import SuppressionReason
from models.outgoing import Letter

CONSEQUENCE = "No more letters go to this address."
_NOBODY = re.compile(r"5\d\d 5\.1\.10?(?!\d)")
# Servers that give that code to whatever they refuse say in words what they mean.
_ANOTHER_REASON = re.compile(
    r"relay(?:ing)? (?:access )?denied|unable to relay|spam|block(?:ed| ?list)|blacklist|polic(?:y|ies)|reputation"
    r"|sender|quota|is full|tempor|later|gr[ae]y-?list",
    re.IGNORECASE,
)
_SUPPRESS = text("""
    WITH gone AS MATERIALIZED (
        SELECT DISTINCT ON (lower(o.recipient)) o.id, lower(o.recipient) AS address, o.answer FROM outgoing o
        WHERE o.org_id = :org AND o.id = ANY (CAST(:letters AS uuid[])) AND o.state = 'failed'
        ORDER BY lower(o.recipient), o.letter = :reply DESC, o.id
    ), suppressed AS (
        INSERT INTO suppressions (org_id, address, reason, detail) SELECT :org, address, :reason, answer FROM gone
        ON CONFLICT (org_id, address, reason) DO UPDATE SET detail = excluded.detail, until = NULL
            WHERE suppressions.until IS NOT NULL
        RETURNING address
    )
    SELECT g.id FROM gone g JOIN suppressed s ON s.address = g.address
""")


def nobody_there(answer: str) -> bool:
    """Whether the refusal of a recipient says that the address is no good and never will be.

    Args:
        answer: to RCPT, on one line: reply code, enhanced code if there is one, words.
    """
    return _NOBODY.match(answer) is not None and _ANOTHER_REASON.search(answer) is None


def suppress(connection: Connection, org: UUID, letters: Sequence[UUID]) -> list[UUID]:
    """Let no more letters go to where these were refused for good.

    Args:
        connection: of a transaction of this organization, in which the failures were written down.
        org: the organization.
        letters: whose recipients are not there.

    Returns:
        For each address that got letters until now, the letter by which it was found out, an answer rather than others.
    """
    if not letters:
        return []
    said = {"org": org, "letters": list(letters), "reply": Letter.REPLY, "reason": SuppressionReason.BOUNCED}
    return list(connection.scalars(_SUPPRESS, said))

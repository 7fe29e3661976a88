"""The shell of the letter about the quarantine: what waits is read in the sandbox, told and marked in one commit."""

from uuid import UUID

from models.database import transaction
from workers.app import app, ring
from workers.inbound.digest import listing
from workers.inbound.task import desk


@app.task(name="inbound.digest")  # type: ignore[untyped-decorator]  # celery ships no types
def tell(orgs: list[str]) -> None:
    """Tell agents what is new in quarantine; an organization in which nothing is new is passed over.

    Args:
        orgs: identifiers of organizations, by the clock, whose hour it is.
    """
    for org in map(UUID, orgs):
        with transaction(org) as connection:
            rows = listing.waiting(connection, org)
        mails = desk().parse([bytes(row.content) for row in rows])
        with transaction(org) as connection:
            letters = listing.tell(connection, org, rows, mails)
        ring("outbound.send", letters)

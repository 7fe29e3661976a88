"""What `postern doctor` looks at, in order; each check answers findings and changes nothing."""

from gateway.cli.checks import database, doorbell, machine, mail, seals, webhooks
from gateway.cli.checks.finding import Check, Finding, Verdict

CHECKS: tuple[Check, ...] = (
    machine.python,
    machine.keys,
    machine.disk,
    machine.failpoints,
    database.reachable,
    database.schema,
    database.logins,
    seals.keys,
    doorbell.redis,
    mail.door,
    mail.relay,
    mail.proof,
    mail.backlog,
    mail.loops,
    webhooks.calls,
)

__all__ = ["CHECKS", "Check", "Finding", "Verdict"]

"""Calls by which the clock learns where something is due: each time for one reason alone."""

from tests.migrations.isolation.call import Call
from tests.migrations.isolation.contexts import OUTSIDERS

_NOBODY = next(context for context in OUTSIDERS if context.name == "nobody")
DUE = (
    Call(
        "organizations_due",
        (_NOBODY,),
        "SELECT organizations_due()",
        before="UPDATE timers SET cancelled_at = now(); UPDATE hook_runs SET state = 'waiting', next_try_at = now()",
    ),
    Call(
        "organizations_due",
        (_NOBODY,),
        "SELECT organizations_due()",
        before="UPDATE timers SET due_at = now(), fired_at = NULL, cancelled_at = NULL;"
        " UPDATE hook_runs SET state = 'done'",
    ),
    Call(
        "organizations_with_notices",
        (_NOBODY,),
        "SELECT organizations_with_notices()",
        before="UPDATE notifications SET created_at = '2026-01-01', mailed_at = NULL",
    ),
    Call(
        "organizations_with_quarantine",
        (_NOBODY,),
        "SELECT organizations_with_quarantine()",
        before="UPDATE raw_mail SET stage = 'quarantined', processed_at = now(), trace = '[]'",
    ),
)

"""Policies: each begins with the organization, checks what is written and reads nothing that reads back (rule 2)."""

from sqlalchemy import Connection, text

from tests.migrations.lint.catalogue import BACKUP, DOORS, OWNER, REGISTRAR, ask

_POLICY = """
WITH policy AS (
    SELECT p.oid, c.relname, c.relname || '.' || p.polname AS name, p.polcmd,
           pg_get_expr(p.polqual, p.polrelid) AS sees, pg_get_expr(p.polwithcheck, p.polrelid) AS writes,
           ARRAY(SELECT coalesce(nullif(r, 0)::regrole::text, 'public') FROM unnest(p.polroles) r) AS whose
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE c.relnamespace = 'public'::regnamespace
)
"""
_UNCHECKED = f"""{_POLICY}
SELECT name || ' does not say what may be written' FROM policy WHERE polcmd IN ('*', 'a', 'w') AND writes IS NULL
"""
_BOUNDLESS = f"""{_POLICY}
SELECT name || ' shows everything to ' || array_to_string(whose, ', ') FROM policy
WHERE sees = 'true' AND whose <> ARRAY[:registrar] AND NOT (whose = ARRAY[:backup] AND polcmd = 'r')
UNION ALL
SELECT name || ' lets ' || array_to_string(whose, ', ') || ' write anything' FROM policy
WHERE writes = 'true' AND NOT (whose <@ :doors AND polcmd = 'a' OR whose = ARRAY[:registrar])
"""
# Deparsed: the test alone, or the first of a conjunction. `a AND b OR c` would begin with one more parenthesis.
_BEGINNING = f"""{_POLICY}, half AS (
    SELECT relname, name, whose, 'sees' AS does, sees AS said FROM policy
    UNION ALL SELECT relname, name, whose, 'writes', writes FROM policy
), test AS (
    SELECT *, '(' || CASE relname WHEN 'organizations' THEN 'id' ELSE 'org_id' END
           || ' = (NULLIF(current_setting(''app.org_id''::text, true), ''''::text))::uuid)' AS org FROM half
)
SELECT name || ' ' || does || ' beyond the organization' FROM test
WHERE said IS NOT NULL AND (relname <> ALL (:roaming) OR relname = 'organizations')
  AND NOT whose <@ :boundless AND said <> org AND NOT starts_with(said, '(' || org || ' AND ')
"""
_CONTEXT = rf"""{_POLICY}
SELECT name || ' fails where the context is not set' FROM policy
WHERE concat(sees, ' ', writes) ~ 'current_setting\(''[\w.]+''::text\)'
   OR concat(sees, ' ', writes) ~ '[^F]\(current_setting\(''[\w.]+''::text, true\)\)?\)::'
"""
_ADDRESSEES = f"""{_POLICY}
SELECT name || ' is for ' || who || ' alone, so no door passes' FROM policy, unnest(whose) who
WHERE who NOT IN ('public', :owner, :registrar, :backup) AND NOT (who = ANY (:doors) AND polcmd = 'a')
"""
_LEANING = f"""{_POLICY}
SELECT DISTINCT name || ' leans on ' || coalesce(f.oid::regprocedure::text, v.relname)
FROM policy JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = policy.oid
LEFT JOIN pg_proc f ON d.refclassid = 'pg_proc'::regclass AND f.oid = d.refobjid
     AND f.pronamespace = 'public'::regnamespace
LEFT JOIN pg_class v ON d.refclassid = 'pg_class'::regclass AND v.oid = d.refobjid AND v.relkind IN ('v', 'm')
WHERE f.oid IS NOT NULL OR v.oid IS NOT NULL
"""
_READS = r"""
SELECT DISTINCT c.relname, p.polname, p.polcmd IN ('r', '*') AS on_sight, t.relname
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
CROSS JOIN regexp_matches(concat(p.polqual::text, p.polwithcheck::text), '\:relid (\d+)', 'g') AS read (found)
JOIN pg_class t ON t.oid = read.found[1]::oid
WHERE c.relnamespace = 'public'::regnamespace
"""
_IDLE = rf"""{_POLICY}
SELECT name || ' serves no function of ' || whose[1] FROM policy
WHERE whose IN (ARRAY[:owner], ARRAY[:registrar]) AND NOT EXISTS (
    SELECT FROM pg_proc f WHERE f.pronamespace = 'public'::regnamespace AND f.prosecdef
      AND pg_get_userbyid(f.proowner)::text = whose[1] AND f.prosrc ~ ('\m' || relname || '\M'))
  AND NOT EXISTS (
    SELECT FROM pg_class v WHERE v.relkind IN ('v', 'm') AND pg_get_userbyid(v.relowner)::text = whose[1]
      AND pg_get_viewdef(v.oid) ~ ('\m' || policy.relname || '\M'))
"""


def writes_are_checked(connection: Connection) -> list[str]:
    """Whoever may write is told what: WITH CHECK is said, not inherited from USING."""
    return ask(connection, _UNCHECKED)


def nobody_sees_everything(connection: Connection) -> list[str]:
    """All organizations are seen by the registrar's functions and by backups alone; the doors may put in for any."""
    return ask(connection, _BOUNDLESS, backup=BACKUP, registrar=REGISTRAR, doors=list(DOORS))


def policies_begin_with_the_organization(connection: Connection) -> list[str]:
    """The organization of the context is tested first, and nothing is an alternative to it."""
    return ask(connection, _BEGINNING, boundless=[REGISTRAR, BACKUP, *DOORS])


def no_context_is_no_error(connection: Connection) -> list[str]:
    """A setting that was never made reads as nothing, and nothing is seen."""
    return ask(connection, _CONTEXT)


def policies_are_for_all(connection: Connection) -> list[str]:
    """A tenant's policy is for everybody: one for a login does not hold inside the doors."""
    return ask(connection, _ADDRESSEES, backup=BACKUP, owner=OWNER, registrar=REGISTRAR, doors=list(DOORS))


def policies_stand_alone(connection: Connection) -> list[str]:
    """A policy calls no function and reads no view of ours: those are replaced at each upgrade."""
    return ask(connection, _LEANING)


def door_policies_are_used(connection: Connection) -> list[str]:
    """What the owner or the registrar may see, a function of theirs names."""
    return ask(connection, _IDLE, owner=OWNER, registrar=REGISTRAR)


def no_policy_reads_back(connection: Connection) -> list[str]:
    """A policy reads no table whose policies lead back to its own: that is an endless recursion for the planner."""
    reads = [(table, name, sight, read) for table, name, sight, read in connection.execute(text(_READS))]
    on_sight: dict[str, set[str]] = {}
    for table, _, sight, read in reads:
        if sight:
            on_sight.setdefault(table, set()).add(read)
    return sorted(
        f"{table}.{name} reads {read}, whose policies read {table}"
        for table, name, _, read in reads
        if table in _reached(read, on_sight)
    )


def _reached(start: str, reads: dict[str, set[str]]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        fresh = reads.get(waiting.pop(), set()) - found
        found |= fresh
        waiting.extend(fresh)
    return found

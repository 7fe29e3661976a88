"""Whose a table is, and that nobody reaches its rows but by a policy (SCHEMA.md rules 1 and 2)."""

from sqlalchemy import Connection

from tests.migrations.lint.catalogue import OWNER, ask

UNREACHABLE: dict[str, str] = {
    # table: why nobody needs a policy on it
}

_OWNED = """
SELECT c.relname || ' belongs to ' || pg_get_userbyid(c.relowner) FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'S', 'f')
  AND c.relname <> ALL (:not_ours) AND pg_get_userbyid(c.relowner) <> :owner
"""
_FORCED = """
SELECT c.relname || CASE WHEN c.relrowsecurity THEN ' does not bind its owner' ELSE ' has row level security off' END
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND c.relname <> ALL (:not_ours) AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
"""
_GOVERNED = """
SELECT c.relname || ' has no policy' FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND c.relname <> ALL (:not_ours) AND c.relname <> ALL (:unreachable)
  AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)
"""
_IN_AN_ORGANIZATION = """
SELECT c.relname || CASE WHEN a.attname IS NULL THEN ' has no org_id' ELSE ' has rows of no organization' END
FROM pg_class c
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id' AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> ALL (:not_ours)
  AND CASE WHEN a.attname IS NULL THEN c.relname <> ALL (:roaming) ELSE NOT a.attnotnull END
"""


def the_owner_owns(connection: Connection) -> list[str]:
    """Every table and sequence is the owner's: what is somebody else's escapes the migrations."""
    return ask(connection, _OWNED, owner=OWNER)


def row_security_is_forced(connection: Connection) -> list[str]:
    """Row level security is on, and binds the owner too."""
    return ask(connection, _FORCED)


def tables_have_policies(connection: Connection) -> list[str]:
    """A table without a policy is one that nobody can use; those are named."""
    return ask(connection, _GOVERNED, unreachable=list(UNREACHABLE))


def rows_have_organizations(connection: Connection) -> list[str]:
    """Each row of a tenant table belongs to an organization."""
    return ask(connection, _IN_AN_ORGANIZATION)

"""Keys, and what points at them: never out of an organization, and never slowly (SCHEMA.md rules 1 and 7)."""

from sqlalchemy import Connection

from tests.migrations.lint.catalogue import ask

SERVED_OTHERWISE: dict[str, str] = {
    # foreign key: what finds its rows without an index of its own
    "fk_tickets_latest_history": "the primary key leads with two of its three columns, and one row has them",
}

_KEYS = """
SELECT c.relname || '.' || n.relname || ' tells one organization what another holds'
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class n ON n.oid = i.indexrelid
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND c.relname <> ALL (:not_ours) AND c.relname <> ALL (:roaming)
  AND (i.indisunique OR i.indisexclusion) AND a.attname IS DISTINCT FROM 'org_id'
"""
_REFERENCES = """
SELECT c.relname || '.' || f.conname || ' may point into another organization'
FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class t ON t.oid = f.confrelid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = f.conkey[1]
JOIN pg_attribute b ON b.attrelid = t.oid AND b.attnum = f.confkey[1]
WHERE f.contype = 'f' AND c.relnamespace = 'public'::regnamespace AND t.relname <> ALL (:roaming)
  AND (a.attname, b.attname) IS DISTINCT FROM ('org_id', 'org_id')
"""
_TENANTS = """
SELECT c.relname || '.org_id names no organization' FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND c.relname <> ALL (:not_ours) AND c.relname <> ALL (:roaming)
  AND NOT EXISTS (SELECT FROM pg_constraint f JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = f.conkey[1]
                  WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid = to_regclass('organizations')
                    AND a.attname = 'org_id' AND cardinality(f.conkey) = 1 AND f.convalidated)
"""
_UNSETTING = """
SELECT c.relname || '.' || f.conname || ' would unset ' || a.attname || ', which is never empty'
FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid
JOIN pg_attribute a ON a.attrelid = c.oid
 AND a.attnum = ANY (CASE WHEN cardinality(f.confdelsetcols) > 0 THEN f.confdelsetcols ELSE f.conkey END)
WHERE f.contype = 'f' AND c.relnamespace = 'public'::regnamespace AND f.confdeltype IN ('n', 'd') AND a.attnotnull
"""
_HISTORY = """
SELECT c.relname || '.' || f.conname || ' may point at a revision of another ticket'
FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid
WHERE f.contype = 'f' AND f.confrelid = to_regclass('ticket_history') AND NOT EXISTS (
    SELECT FROM pg_attribute a
    WHERE a.attrelid = f.confrelid AND a.attname = 'ticket_id' AND a.attnum = ANY (f.confkey))
"""
# An index over part of the rows serves if that part is all rows that point anywhere.
_INDEXED = """
SELECT c.relname || '.' || f.conname || ' has no index to find who points'
FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid
WHERE f.contype = 'f' AND c.relnamespace = 'public'::regnamespace AND f.conname <> ALL (:served)
  AND NOT EXISTS (
      SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisvalid
        AND (i.indkey::smallint[])[0:cardinality(f.conkey) - 1] @> f.conkey
        AND (i.indpred IS NULL OR pg_get_expr(i.indpred, c.oid) IN (
            SELECT '(' || quote_ident(a.attname) || ' IS NOT NULL)' FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attnum = ANY (f.conkey))))
"""
_VALID = """
SELECT coalesce(c.relname || '.', '') || k.conname || ' was never checked'
FROM pg_constraint k LEFT JOIN pg_class c ON c.oid = k.conrelid
WHERE k.connamespace = 'public'::regnamespace AND NOT (k.convalidated AND k.conenforced)
UNION ALL
SELECT c.relname || '.' || n.relname || ' is not valid'
FROM pg_index i JOIN pg_class n ON n.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
WHERE n.relnamespace = 'public'::regnamespace AND NOT (i.indisvalid AND i.indisready)
"""


def keys_begin_with_the_organization(connection: Connection) -> list[str]:
    """A key over all organizations answers "taken" to a tenant who may not know by whom."""
    return ask(connection, _KEYS)


def references_stay_inside(connection: Connection) -> list[str]:
    """What points at a tenant's row names the organization, which is its own."""
    return ask(connection, _REFERENCES)


def tenants_exist(connection: Connection) -> list[str]:
    """`org_id` is an organization of ours."""
    return ask(connection, _TENANTS)


def unsetting_names_its_column(connection: Connection) -> list[str]:
    """`ON DELETE SET NULL` without a column nulls the organization too."""
    return ask(connection, _UNSETTING)


def history_is_named_with_its_ticket(connection: Connection) -> list[str]:
    """A revision is known by its ticket and itself."""
    return ask(connection, _HISTORY)


def references_have_indexes(connection: Connection) -> list[str]:
    """To delete a row must not read every table that may point at it."""
    return ask(connection, _INDEXED, served=list(SERVED_OTHERWISE))


def constraints_are_valid(connection: Connection) -> list[str]:
    """What was added without a look at the rows that were there proves nothing."""
    return ask(connection, _VALID)

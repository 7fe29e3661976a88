"""Roles and what they are granted (SCHEMA.md rules 3, 4 and 5)."""

from sqlalchemy import Connection

from tests.migrations.lint.catalogue import BACKUP, DOORS, LOGINS, NOT_OURS, OWNER, REGISTRAR, ROLES, ask

FREE_COLUMNS: dict[str, tuple[str, ...]] = {
    # table: the columns that `app` may change although it may not change the rest
    "tickets": (
        "custom_fields", "metadata", "source_ip", "user_agent", "sender_verified", "spam_score", "is_spam", "due_at",
        "requester_organization",
    ),
    "ticket_history": (),
    "ticket_numbers": (),
    "ticket_counters": (),
    "audit_log": (),
    "audit_heads": (),
    "article_versions": (),
    "organization_partners": (),
    "accounts": (),
    "account_identities": (),
    "admin_invite_codes": (),
    "receiving_addresses": (),
    "door_limits": (),
}  # fmt: skip
GUARDED_COLUMNS: dict[str, str] = {
    # table.column: what `app` may not do with it
    "profiles.account_id": "INSERT UPDATE",
    "profiles.home_org_id": "INSERT UPDATE",
    "accounts.secret_hash": "SELECT",
    "admin_invite_codes.digest": "SELECT",
    "receiving_addresses.address": "SELECT",
}

_PUBLIC = """
SELECT c.relname || ' lets everybody ' || g.privilege_type FROM pg_class c
CROSS JOIN aclexplode(c.relacl) g WHERE c.relnamespace = 'public'::regnamespace AND g.grantee = 0
UNION ALL
SELECT c.relname || '.' || a.attname || ' lets everybody ' || g.privilege_type
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid CROSS JOIN aclexplode(a.attacl) g
WHERE c.relnamespace = 'public'::regnamespace AND g.grantee = 0
UNION ALL
SELECT 'schema ' || n.nspname || ' lets everybody ' || g.privilege_type FROM pg_namespace n
CROSS JOIN aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) g WHERE n.nspname = 'public' AND g.grantee = 0
"""
_GRANTS = """
WITH granted AS (
    SELECT c.relname, c.relkind, c.relname AS name, g.grantee, g.privilege_type, g.is_grantable
    FROM pg_class c CROSS JOIN aclexplode(c.relacl) g
    WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT c.relname, c.relkind, c.relname || '.' || a.attname, g.grantee, g.privilege_type, g.is_grantable
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid CROSS JOIN aclexplode(a.attacl) g
    WHERE c.relnamespace = 'public'::regnamespace
)
"""
_DEFINING = f"""{_GRANTS}
SELECT name || ' lets ' || grantee::regrole || ' ' || privilege_type
       || CASE WHEN is_grantable THEN ' and hand it on' ELSE '' END
FROM granted WHERE grantee::regrole::text = ANY (:logins)
  AND (is_grantable OR privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'USAGE')
                       AND NOT (privilege_type = 'MAINTAIN' AND relkind = 'm'))
UNION ALL
SELECT 'schema public lets ' || g.grantee::regrole || ' ' || g.privilege_type FROM pg_namespace n
CROSS JOIN aclexplode(n.nspacl) g
WHERE n.nspname = 'public' AND g.grantee::regrole::text = ANY (:logins) AND g.privilege_type <> 'USAGE'
"""
_AT_THE_DOOR = f"""{_GRANTS}
SELECT name || ' lets ' || grantee::regrole || ' ' || privilege_type FROM granted
WHERE grantee::regrole::text = ANY (:doors) AND relname <> ALL (:not_ours)
  AND NOT (relname = 'raw_mail' AND privilege_type = 'INSERT')
"""
_PAST_THE_DOORS = """
SELECT c.relname || ' lets postern_app ' || p.privilege FROM pg_class c
CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE']) AS p (privilege)
WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (:guarded) AND CASE p.privilege
      WHEN 'INSERT' THEN has_any_column_privilege('postern_app', c.oid, 'INSERT')
      ELSE has_table_privilege('postern_app', c.oid, p.privilege) END
UNION ALL
SELECT c.relname || '.' || a.attname || ' lets postern_app UPDATE'
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (:guarded)
  AND c.relname || '.' || a.attname <> ALL (:free)
  AND has_column_privilege('postern_app', c.oid, a.attnum, 'UPDATE')
  AND NOT has_table_privilege('postern_app', c.oid, 'UPDATE')
UNION ALL
SELECT k.name || ' lets postern_app ' || p.privilege
FROM unnest(CAST(:columns AS text[]), CAST(:denied AS text[])) AS k (name, denied)
CROSS JOIN string_to_table(k.denied, ' ') AS p (privilege)
JOIN pg_attribute a ON a.attrelid = to_regclass(split_part(k.name, '.', 1)) AND a.attname = split_part(k.name, '.', 2)
WHERE has_column_privilege('postern_app', a.attrelid, a.attnum, p.privilege)
"""
_STRONG = """
SELECT r.rolname || ' is ' || s.what FROM pg_roles r
CROSS JOIN LATERAL (VALUES (r.rolsuper, 'a superuser'), (r.rolbypassrls, 'above row level security'),
    (r.rolcreaterole, 'a maker of roles'), (r.rolcreatedb, 'a maker of databases'),
    (r.rolreplication, 'a replica'), (r.rolcanlogin AND r.rolname <> ALL (:logins), 'a login')) AS s (so, what)
WHERE r.rolname = ANY (:roles) AND s.so
"""
_MEMBERS = """
SELECT m.member::regrole || ' is ' || m.roleid::regrole FROM pg_auth_members m
WHERE m.member::regrole::text = ANY (:logins)
UNION ALL
SELECT m.member::regrole || ' inherits what ' || m.roleid::regrole || ' sees' FROM pg_auth_members m
WHERE m.roleid::regrole::text IN (:registrar, :backup) AND m.inherit_option
  AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.oid = m.member AND r.rolsuper)
UNION ALL
SELECT m.member::regrole || ' is ' || m.roleid::regrole FROM pg_auth_members m
WHERE m.member::regrole::text IN (:registrar, :backup)
   OR m.member::regrole::text = :owner AND m.roleid::regrole::text <> :registrar
"""


def everybody_may_nothing(connection: Connection) -> list[str]:
    """PUBLIC has no privilege on tables, columns, sequences or the schema."""
    return ask(connection, _PUBLIC)


def logins_define_nothing(connection: Connection) -> list[str]:
    """A login reads and writes rows: it empties, points at, triggers on and hands on nothing."""
    return ask(connection, _DEFINING, logins=list(LOGINS))


def the_doors_read_nothing(connection: Connection) -> list[str]:
    """Who faces the internet puts mail in and reads no table."""
    return ask(connection, _AT_THE_DOOR, doors=list(DOORS), not_ours=NOT_OURS)


def guarded_rows_have_one_way(connection: Connection) -> list[str]:
    """What only a function of ours may write, `app` has no privilege to write."""
    free = [f"{table}.{column}" for table, columns in FREE_COLUMNS.items() for column in columns]
    return ask(
        connection,
        _PAST_THE_DOORS,
        guarded=list(FREE_COLUMNS),
        free=free,
        columns=list(GUARDED_COLUMNS),
        denied=list(GUARDED_COLUMNS.values()),
    )


def roles_are_weak(connection: Connection) -> list[str]:
    """No role of ours can pass by the policies or make one that can; owner and registrar are nobody's login."""
    return ask(connection, _STRONG, roles=list(ROLES), logins=list(LOGINS))


def roles_stay_apart(connection: Connection) -> list[str]:
    """A login is nobody else, and nobody sees what the registrar sees without turning into it."""
    return ask(connection, _MEMBERS, logins=list(LOGINS), registrar=REGISTRAR, backup=BACKUP, owner=OWNER)

"""What columns are made of (SCHEMA.md rules 7 and 8)."""

from sqlalchemy import Connection

from tests.migrations.lint.catalogue import ask

OPEN_WORDS: dict[str, str] = {
    # table.column: why it is free text although its name sounds like a closed set
    "ticket_attachments.content_type": "a MIME type, of which there is no list",
}

_ENUMS = """
SELECT t.typname || ' is an enum, whose operators are not leakproof' FROM pg_type t
WHERE t.typnamespace = 'public'::regnamespace AND t.typtype = 'e'
"""
# A name that says so, or a CHECK that lists the words: both are a closed set.
_CLOSED_SETS = """
SELECT c.relname || '.' || a.attname || ' is a closed set, but plain ' || format_type(a.atttypid, a.atttypmod)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> ALL (:not_ours)
  AND a.attnum > 0 AND NOT a.attisdropped
  AND a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype)
  AND c.relname || '.' || a.attname <> ALL (:open_words)
  AND (a.attname ~ '(^|_)(state|status|kind|type|stage|outcome|priority|role|direction)$'
       OR EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'
                  AND k.conkey = ARRAY[a.attnum]
                  AND pg_get_constraintdef(k.oid) ~ '= ANY \\(+ARRAY\\['))
"""
_TIMES = """
SELECT c.relname || '.' || a.attname || ' is ' || format_type(a.atttypid, a.atttypmod)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'm', 'v') AND a.attnum > 0
  AND NOT a.attisdropped
  AND a.atttypid IN ('timestamp'::regtype, 'timestamp[]'::regtype, 'timetz'::regtype, 'tsrange'::regtype)
"""
# tgtype: 1 for each row, 2 before, 16 update.
_TOUCHED = """
SELECT c.relname || ' has an updated_at that nothing moves' FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND a.attname = 'updated_at' AND NOT a.attisdropped
  AND NOT EXISTS (
      SELECT FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
      WHERE t.tgrelid = c.oid AND f.proname = 'touch' AND f.pronamespace = 'public'::regnamespace
        AND t.tgtype & 19 = 19 AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND cardinality(t.tgattr) = 0)
"""
_IDENTIFIERS = """
SELECT c.relname || '.id starts as ' || coalesce(pg_get_expr(d.adbin, d.adrelid), 'nothing')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id' AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND (a.atttypid <> 'uuid'::regtype OR pg_get_expr(d.adbin, d.adrelid) IS DISTINCT FROM 'uuidv7()')
"""


def no_enums(connection: Connection) -> list[str]:
    """Closed sets are domains: an enum's operators are no index conditions under row level security."""
    return ask(connection, _ENUMS)


def closed_sets_are_domains(connection: Connection) -> list[str]:
    """What is a state, a kind or a type has a domain that lists its words."""
    return ask(connection, _CLOSED_SETS, open_words=list(OPEN_WORDS))


def times_have_zones(connection: Connection) -> list[str]:
    """A time without its zone is a guess."""
    return ask(connection, _TIMES)


def changes_are_dated(connection: Connection) -> list[str]:
    """`updated_at` is moved by a trigger, for any writer, at any change."""
    return ask(connection, _TOUCHED)


def identifiers_are_ordered(connection: Connection) -> list[str]:
    """A row's own identifier is a uuidv7."""
    return ask(connection, _IDENTIFIERS)

"""Views see what their reader may see, or filter by themselves (SCHEMA.md rule 10)."""

from sqlalchemy import Connection

from tests.migrations.lint.catalogue import REGISTRAR, ask

_VIEWS = """
SELECT c.relname || ' shows ' || pg_get_userbyid(c.relowner) || '''s sight to whoever reads it' FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v'
  AND NOT EXISTS (SELECT FROM pg_options_to_table(c.reloptions) o
                  WHERE o.option_value::boolean AND (o.option_name = 'security_invoker'
                     OR o.option_name = 'security_barrier' AND pg_get_userbyid(c.relowner) = :registrar))
"""
_MATERIALIZED = """
SELECT c.relname || ' belongs to ' || pg_get_userbyid(c.relowner) || ', who would refresh it to one organization'
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'm' AND pg_get_userbyid(c.relowner) <> :registrar
UNION ALL
SELECT c.relname || ' lets ' || coalesce(nullif(g.grantee, 0)::regrole::text, 'everybody') || ' ' || g.privilege_type
FROM pg_class c CROSS JOIN aclexplode(c.relacl) g
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'm' AND g.grantee <> c.relowner
  AND g.privilege_type <> 'MAINTAIN'
"""


def views_are_their_readers(connection: Connection) -> list[str]:
    """A view is `security_invoker`, or the registrar's and a `security_barrier`."""
    return ask(connection, _VIEWS, registrar=REGISTRAR)


def materialized_views_are_hidden(connection: Connection) -> list[str]:
    """A materialized view is the registrar's, and others may at most refresh it."""
    return ask(connection, _MATERIALIZED, registrar=REGISTRAR)

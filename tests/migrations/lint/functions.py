"""Functions: whose rights they run with and why, where they look for names, who may call them (rule 3)."""

import re

from sqlalchemy import Connection, text

from migrations.run import sql
from tests.migrations.lint.catalogue import ask

SHORTEST_REASON = 15
_LISTED = re.compile(r"ALTER FUNCTION (\w+) ?\(([^;]*?)\) OWNER TO (\w+);[ \t]*(?:--[ \t]*(.*))?")

_DEFINERS = """
SELECT f.oid::regprocedure::text, pg_get_userbyid(f.proowner)::text FROM pg_proc f
WHERE f.pronamespace = 'public'::regnamespace AND f.prosecdef
"""
_UNFIXED = r"""
SELECT f.oid::regprocedure || ' looks for names where its caller says' FROM pg_proc f
WHERE f.pronamespace = 'public'::regnamespace AND f.prokind IN ('f', 'p')
  AND NOT EXISTS (SELECT FROM unnest(f.proconfig) c WHERE c ~ '^search_path=pg_catalog,.*\mpg_temp$')
"""
_PUBLIC = """
SELECT f.oid::regprocedure || ' may be called by everybody' FROM pg_proc f
CROSS JOIN aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) g
WHERE f.pronamespace = 'public'::regnamespace AND g.grantee = 0
"""
_BODIES = """
SELECT f.oid::regprocedure::text, f.prosrc FROM pg_proc f WHERE f.pronamespace = 'public'::regnamespace ORDER BY 1
"""
_KEPT = """
SELECT f.oid::regprocedure || ' runs with ' || c FROM pg_proc f CROSS JOIN unnest(f.proconfig) c
WHERE f.pronamespace = 'public'::regnamespace AND c LIKE 'app.%'
UNION ALL
SELECT coalesce(nullif(s.setrole, 0)::regrole::text, d.datname) || ' begins with ' || c FROM pg_db_role_setting s
LEFT JOIN pg_database d ON d.oid = s.setdatabase CROSS JOIN unnest(s.setconfig) c WHERE c LIKE 'app.%'
"""
_FOR_THE_SESSION = re.compile(r"\bset\s+(?:session\s+)?app\.", re.IGNORECASE)
_SET_CONFIG = re.compile(r"\bset_config\s*\(", re.IGNORECASE)


def _signature(connection: Connection, name: str, arguments: str) -> str:
    """As the catalogue writes it; as it was written if there is no such function."""
    found = connection.scalar(text("SELECT to_regprocedure(:it)::text"), {"it": f"{name}({arguments})"})
    return found or f"{name}({arguments})"


def _definers_file(connection: Connection) -> dict[str, tuple[str, str]]:
    listed = _LISTED.findall(sql("definers.sql"))
    return {_signature(connection, name, arguments): (owner, why) for name, arguments, owner, why in listed}


def definers_are_listed(connection: Connection) -> list[str]:
    """A function that runs with its owner's rights stands in `definers.sql`, with that owner and a reason."""
    listed = _definers_file(connection)
    found = []
    for function, owner in connection.execute(text(_DEFINERS)):
        said, why = listed.get(function, ("", ""))
        if not said:
            found.append(f"{function} runs as {owner} and is not listed")
        elif said != owner:
            found.append(f"{function} runs as {owner}, not as {said}")
        elif len(why) < SHORTEST_REASON:
            found.append(f"{function} runs as {owner} for no reason")
    return sorted(found)


def what_is_listed_is_there(connection: Connection) -> list[str]:
    """`definers.sql` names no function that is gone or runs with its caller's rights."""
    definers = {function for function, _ in connection.execute(text(_DEFINERS))}
    return sorted(f"{name} is listed and no definer" for name in _definers_file(connection) if name not in definers)


def search_paths_are_fixed(connection: Connection) -> list[str]:
    """A name in a function means the same for any caller: the catalogue first, temporary tables last."""
    return ask(connection, _UNFIXED)


def functions_are_granted_by_name(connection: Connection) -> list[str]:
    """Nobody may call a function because they are somebody."""
    return ask(connection, _PUBLIC)


def contexts_end_with_the_transaction(connection: Connection) -> list[str]:
    """No function leaves a setting in the session: the next transaction of the pool would act as somebody."""
    found = [
        f"{function} sets for the session"
        for function, body in connection.execute(text(_BODIES))
        if _FOR_THE_SESSION.search(body)
        or any(not _is_local(body[call.end() :]) for call in _SET_CONFIG.finditer(body))
    ]
    return found + ask(connection, _KEPT)


def _is_local(rest: str) -> bool:
    """Whether the call, whose arguments `rest` begins with, ends in `true`."""
    depth = 1
    for place, letter in enumerate(rest):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if not depth:
            return rest[:place].rpartition(",")[2].strip().lower() == "true"
    return False

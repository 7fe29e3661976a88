"""Tables without anything that watches over them, so that all rows can be exchanged at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from migrations.run import install, run, sql

_REFERENCES = text("""
    SELECT format('ALTER TABLE %I DROP CONSTRAINT %I', c.relname, f.conname) AS away,
           format('ALTER TABLE %I ADD CONSTRAINT %I %s', c.relname, f.conname, pg_get_constraintdef(f.oid)) AS back
    FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid
    WHERE f.contype = 'f' AND f.conparentid = 0 AND c.relnamespace = 'public'::regnamespace
      AND pg_get_userbyid(c.relowner) = 'postern_owner' ORDER BY c.relname, f.conname
""")


@contextmanager
def laid_bare(connection: Connection) -> Iterator[None]:
    """In the block the connection is the owner's, no policy hides a row, no trigger acts and no reference is checked.

    Afterwards all of it is as before, every reference checked, in the same transaction.

    Args:
        connection: the administrator's, in a transaction at the newest revision.
    """
    run(connection, sql("lift.sql"))
    run(connection, "SET LOCAL ROLE postern_owner")
    references = connection.execute(_REFERENCES).all()
    run(connection, ";".join(reference.away for reference in references))
    yield
    run(connection, ";".join(reference.back for reference in references))
    run(connection, "RESET ROLE")
    run(connection, sql("force.sql"))
    install(connection)

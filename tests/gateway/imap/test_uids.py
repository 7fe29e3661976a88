"""Sets of UIDs are runs, and PostgreSQL reads and writes them as multiranges."""

import psycopg
from hypothesis import given
from hypothesis import strategies as st

from gateway.imap.uids import GREATEST, read, uids
from models.settings import Settings


@given(st.sets(st.integers(1, 60)))
def test_a_set_is_what_was_put_in(found: set[int]):
    made = uids(found)
    assert set(made) == found
    assert len(made) == len(found)
    assert {uid for uid in range(62) if uid in made} == found
    assert all(high < low for (_, high), (low, _) in zip(made.spans, made.spans[1:], strict=False))


def test_postgresql_understands_it_and_is_understood(instance: Settings):
    made = uids([1, 2, 3, 7, GREATEST])
    with psycopg.connect(instance.url("app")) as connection:
        row = connection.execute("SELECT %s::text::int8multirange, '{}'::int8multirange", [made.literal()]).fetchone()
    assert row
    assert (read(row[0]), read(row[1])) == (made, uids([]))

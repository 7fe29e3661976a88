"""Records the SQL that this program's code says, for the day the schema moves on and that code still runs.

`python -m tests.migrations.record FILE` starts servers of its own, migrates, plays `story.py` in this one process and
writes the tape. A tape belongs to a head of the schema and is made with the code of that head, once, when the next
revision begins (here after 0004, whose last commit is COMMIT):

    git worktree add /tmp/preceding COMMIT && make -C /tmp/preceding .venv/.made-from
    (cd /tmp/preceding && .venv/bin/python -m tests.migrations.record 0004.jsonl)
    mv /tmp/preceding/0004.jsonl tests/migrations/recorded/
    git worktree remove --force /tmp/preceding

`test_expand.py` then says it to a database of the new schema, and wants a tape of the head's predecessor to be there.
Older tapes may go: code that old no longer runs.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.embedded import EmbeddedPostgres, EmbeddedRedis
from migrations.run import head, upgrade
from models.database import engine
from models.settings import ROLES, configure
from tests.migrations.props import Props
from tests.migrations.story import play
from tests.migrations.tape import Tape, recording
from workers.app import app


@contextmanager
def servers(folder: Path) -> Iterator[None]:
    """Running servers and the migrated schema."""
    settings = configure(data=folder, hostname="mx.postern.test", unsafe_database=True)
    started = (EmbeddedPostgres(settings.home, fast=True), EmbeddedRedis(settings.home, fast=True))
    try:
        for server in started:
            server.start()
        upgrade()
        app.conf.broker_url = settings.broker()
        yield
    finally:
        for login in ROLES:
            engine(settings.url(login), login).dispose()
        for server in started:
            server.stop()


def record() -> Tape:
    """Play the story in the schema that is configured, and take down what is said."""
    tape = Tape(head())
    with recording(tape):
        play(Props())
    return tape


def main() -> None:
    """Write the tape of this program to the file that is named."""
    target = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder, servers(Path(folder) / "data"):
        target.write_text("".join(f"{line}\n" for line in record().lines()))


if __name__ == "__main__":
    main()

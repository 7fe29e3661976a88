"""The desk as an operator has it: words in, exit code and two streams out; and mails to look at."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from gateway.cli import main
from models.base import uuid7
from models.database import transaction
from models.raw_mail import digest
from tests.conftest import Tenant
from workers.inbound.task import receive

ROOT = Path(__file__).parents[3]
STORE = text(
    "INSERT INTO raw_mail (id, org_id, mailbox_id, digest, content, size, mail_from, recipients, peer, helo, protocol)"
    " VALUES (:id, :org, :box, :digest, :content, :size, 'carla@customer.test', :to, '192.0.2.7', 'h', 'esmtp')"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Runs commands in this process."""

    capture: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Said:
        """Run a command."""
        code = main(words)
        out, err = self.capture.readouterr()
        return Said(code, out, err)

    def json(self, *words: str) -> Any:
        """The document that a command prints; it must succeed."""
        said = self(*words, "--json")
        assert said.code == 0, said
        return json.loads(said.out)

    def refuses(self, *words: str, code: int = 1) -> str:
        """The one sentence with which a command refuses."""
        said = self(*words)
        assert said.code == code, said
        assert said.out == ""
        assert "Traceback" not in said.err
        if code == 1:
            assert said.err.startswith("postern: ")
            assert said.err.count("\n") == 1
        return said.err


def run(*words: str, data: Path, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command as a process of its own, as the console script does."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("POSTERN_")}
    return subprocess.run(
        [sys.executable, "-m", "gateway.cli", *words],
        cwd=ROOT,
        env={**ours, "POSTERN_DATA": str(data), "POSTERN_UNSAFE_DATABASE": "true", **variables},
        input=stdin.encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )


def store(tenant: Tenant, content: bytes) -> UUID:
    """Put a mail into the ledger as the door does."""
    mail = uuid7()
    row = {
        "id": mail,
        "org": tenant.id,
        "box": tenant.mailbox,
        "digest": digest(tenant.mailbox, "", content),
        "content": content,
        "size": len(content),
        "to": [tenant.address],
    }
    with transaction(login="gateway") as connection:
        connection.execute(STORE, row)
    return mail


def a_mail(subject: str = "The printer is on fire", words: str = "It burns.") -> bytes:
    """What Carla writes."""
    head = (
        f"From: Carla Customer <carla@customer.test>\r\nSubject: {subject}\r\nMessage-ID: <{uuid7().hex}@customer.test>"
    )
    return f"{head}\r\n\r\n{words}\r\n".encode()


def file(tenant: Tenant, content: bytes | None = None) -> UUID:
    """Store a mail and let it be filed."""
    mail = store(tenant, content or a_mail())
    receive([str(mail)])
    return mail


def change(tenant: Tenant, statement: str, **values: object) -> None:
    """Change rows behind everybody's back."""
    with transaction(tenant.id) as connection:
        connection.execute(text(statement), values)


def rows(tenant: Tenant, query: str, **values: object) -> list[Any]:
    """Look behind the desk."""
    with transaction(tenant.id) as connection:
        return list(connection.execute(text(query), values))

"""One person's data as an archive that any program opens: a JSON document, mails as `.eml`, files as they were sent."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Connection, text

from gateway.cli.find import Org
from gateway.cli.statements import statement
from models.database import transaction

PORTION = 20  # mails or files read at once
_MAILS = text("SELECT id, content FROM raw_mail WHERE id = ANY (CAST(:ids AS uuid[]))")
_FILES = text(
    "SELECT a.id, b.content FROM ticket_attachments a JOIN blobs b ON b.org_id = a.org_id AND b.sha256 = a.sha256"
    " WHERE a.id = ANY (CAST(:ids AS uuid[]))"
)
_NOTE = text("SELECT note_export(:person)")
_UNSAFE = re.compile(r"[^\w.-]+")


def export(org: Org, person: UUID, to: Path) -> dict[str, int]:
    """Write the archive; how many tickets, mails and files are in it.

    Args:
        org: whose data it is kept in.
        person: their profile.
        to: a file that is not there yet.

    Raises:
        FileExistsError: it is there.
    """
    with to.open("xb") as target, ZipFile(target, "w", ZIP_DEFLATED) as archive:
        with transaction(org.id) as noting:  # apart: in the snapshot it could not follow what others note meanwhile
            noting.execute(_NOTE, {"person": person})
        return _fill(archive, org, person)


def _fill(archive: ZipFile, org: Org, person: UUID) -> dict[str, int]:
    with transaction(org.id, snapshot=True) as found:
        document: dict[str, Any] = found.execute(statement("person"), {"person": person}).scalar_one()
        mails = {mail["id"]: f"mails/{mail['id']}.eml" for mail in document["mails"]}
        files = {file["id"]: _name(file) for one in document["comments"] for file in one["attachments"]}
        for one in document["comments"]:
            one["attachments"] = [file | {"file": files[file["id"]]} for file in one["attachments"]]
        archive.writestr("person.json", json.dumps(document, indent=2, ensure_ascii=False))
        for names, query in ((mails, _MAILS), (files, _FILES)):
            for key, content in _read(found, query, list(names)):
                archive.writestr(names[key], content)
    return {"tickets": len(document["tickets"]), "mails": len(mails), "files": len(files)}


def _name(file: dict[str, Any]) -> str:
    """A path of ours: what a sender called their file is for display only."""
    return f"files/{file['id']}-{_UNSAFE.sub('_', file['name'])[-80:]}"


def _read(connection: Connection, query: Any, ids: list[str]) -> Iterator[tuple[str, bytes]]:  # noqa: ANN401  a statement
    for start in range(0, len(ids), PORTION):
        for key, content in connection.execute(query, {"ids": ids[start : start + PORTION]}):
            yield str(key), bytes(content)

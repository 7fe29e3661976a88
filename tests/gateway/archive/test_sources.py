"""What a path holds: mboxes, Maildirs, single mails, and what is none of them."""

import os
from pathlib import Path

import pytest

from gateway.archive.sources import Kind, LeftOut, Source, find

MBOX = b"From ann@client.test Fri Nov 20 10:00:00 2026\nSubject: hi\n\nhello\n"
MAIL = b"Subject: hi\n\nhello\n"


def fill(folder: Path, **files: bytes) -> None:
    for name, content in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def told(path: Path) -> dict[str, str]:
    """Kind or reason by name."""
    return {
        str(one.path.relative_to(path)): one.kind if isinstance(one, Source) else f"{'!' * one.is_fault}{one.why}"
        for one in find(path)
    }


def test_a_folder_of_all_kinds(tmp_path: Path):
    fill(tmp_path, inbox=MBOX, sub__old=MBOX, index=b"\0\1", empty=b"")
    for name in ("one.EML", "box/cur/1:2,S", "box/new/2", "box/tmp/3", "box/.Sent/cur/4:2,FRS", "broken.mbox"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(MAIL)
    (tmp_path / "box/.Sent/new").mkdir()
    (tmp_path / "box/cur/5:2,ST").write_bytes(MAIL)
    (tmp_path / "box/cur/6:2,D").write_bytes(MAIL)
    assert told(tmp_path) == {
        "inbox": Kind.MBOX,
        "sub/old": Kind.MBOX,
        "one.EML": Kind.MAIL,
        "box/cur/1:2,S": Kind.MAIL,
        "box/new/2": Kind.MAIL,
        "box/.Sent/cur/4:2,FRS": Kind.MAIL,
        "box/cur/5:2,ST": "it was marked as deleted",
        "box/cur/6:2,D": "it is a draft",
        "index": "it is neither an mbox nor a mail",
        "empty": "it is neither an mbox nor a mail",
        "broken.mbox": "!it is neither an mbox nor a mail",
    }


@pytest.mark.parametrize(("content", "kind"), [(MBOX, Kind.MBOX), (MAIL, Kind.MAIL)])
def test_a_file_that_is_named_may_be_called_anything(tmp_path: Path, content: bytes, kind: Kind):
    path = tmp_path / "mail"
    path.write_bytes(content)
    assert [(one.path, one.kind, one.size) for one in find(path) if isinstance(one, Source)] == [
        (path, kind, len(content))
    ]


def test_a_file_that_is_named_and_no_mail_is_a_fault(tmp_path: Path):
    path = tmp_path / "photo"
    path.write_bytes(b"\x89PNG")
    (one,) = find(path)
    assert isinstance(one, LeftOut)
    assert one.is_fault


def test_links_lead_nowhere(tmp_path: Path):
    fill(tmp_path, outside__secret=MBOX, inside__inbox=MBOX)
    (tmp_path / "inside/link").symlink_to(tmp_path / "outside/secret")
    (tmp_path / "inside/folder").symlink_to(tmp_path / "outside")
    assert {name: kind for name, kind in told(tmp_path / "inside").items() if kind in set(Kind)} == {"inbox": Kind.MBOX}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_a_fault_and_stops_nothing(tmp_path: Path):
    fill(tmp_path, a=MBOX, b=MBOX)
    (tmp_path / "a").chmod(0)
    assert told(tmp_path)["b"] == Kind.MBOX
    assert told(tmp_path)["a"].startswith("!")


def test_no_such_path(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        list(find(tmp_path / "nothing"))

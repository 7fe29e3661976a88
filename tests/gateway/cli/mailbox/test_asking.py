"""At a terminal the desk asks for what it cannot know, and shows no password."""

import os
import pty
import select
import subprocess

from tests.conftest import Tenant
from tests.gateway.cli.mailbox.provider import Provider
from tests.imap import PASSWORD

ANSWER_SECONDS = 30.0


def hear(terminal: int, words: str, heard: list[str]) -> None:
    """Read what a terminal shows until it shows some words; before a password a space, once it hides what is typed."""
    before = len("".join(heard))
    while words not in "".join(heard)[before:]:
        assert select.select([terminal], [], [], ANSWER_SECONDS)[0], heard
        heard.append(os.read(terminal, 1024).decode())


def test_a_user_name_is_asked_if_the_address_is_none_and_passwords_are_hidden(tenant: Tenant, provider: Provider):
    ours, theirs = pty.openpty()
    words = ("mailbox", "add", f"new@{tenant.domain}", "--org", tenant.slug, *provider.servers)
    heard: list[str] = []
    streams = {"stdin": theirs, "stderr": theirs, "stdout": subprocess.PIPE, "start_new_session": True}
    with provider.begin(*words, **streams) as process:
        try:
            os.close(theirs)
            hear(ours, f"Password of new@{tenant.domain}: ", heard)
            os.write(ours, f"{PASSWORD}\n".encode())
            hear(ours, "User name [new]:", heard)
            os.write(ours, b"support\n")
            hear(ours, "Password of support: ", heard)
            os.write(ours, f"{PASSWORD}\n".encode())
            said = process.communicate(timeout=60)[0].decode()
        finally:
            process.kill()
    os.close(ours)
    assert process.returncode == 0, said
    assert "✗ login" in said
    assert said.index("✗ login") < said.index("✓ login")
    assert "✓ round trip" in said
    assert PASSWORD not in said + "".join(heard)

"""`postern mailbox test` and `rotate-secret`: the steps of setting up again, with the old secret or with a new one."""

import typer

from gateway.cli import printing
from gateway.cli.mailbox.add import ClientId, ClientSecret, NoSend, Paste, Seconds
from gateway.cli.mailbox.add import Secret as PasswordFile
from gateway.cli.mailbox.rows import Address, one, report
from gateway.cli.options import AsJson, InOrg

STEP = ("step", "holds", "said", "advice")
TESTED = ("address", "org", "works", "steps")


def try_out(
    address: Address, org: InOrg = None, no_send: NoSend = False, seconds: Seconds = 60, as_json: AsJson = False
) -> None:
    """Try a fetched mailbox out with its stored secret; nothing is changed. Exit code 1 if a step does not hold."""
    from gateway.cli.mailbox.proving import proved  # noqa: PLC0415  it loads what the others need not wait for

    found = one(address, org)
    steps = proved(found, sending=not no_send, seconds=seconds, tell=_teller(as_json))
    works = all(step["holds"] for step in steps)
    if as_json:
        printing.document({"address": found.address, "org": found.org.slug, "works": works, "steps": steps})
    raise typer.Exit(int(not works))


def rotate_secret(
    address: Address,
    org: InOrg = None,
    password_file: PasswordFile = "",
    client_id: ClientId = "",
    client_secret_file: ClientSecret = "",
    paste: Paste = False,
    as_json: AsJson = False,
) -> None:
    """Give a fetched mailbox a new password, or sign in anew; the old one stays until the new one has worked."""
    from gateway.cli.mailbox.proving import rotated  # noqa: PLC0415  as above

    found = one(address, org)
    said = {"password_file": password_file, "client_id": client_id, "client_secret_file": client_secret_file}
    rotated(found, said, paste=paste, tell=_teller(as_json))
    if as_json:
        report(one(found.address, found.org.slug), as_json=True)
    else:
        printing.say(f"{found.address} is fetched with the new secret from now on")


def _teller(as_json: bool) -> printing.Teller:
    return (lambda _: None) if as_json else printing.say

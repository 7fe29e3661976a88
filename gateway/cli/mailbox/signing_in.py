"""Signing a mailbox in by OAuth: a person lets Postern in at the provider, and no password is told to us."""

import typer

from gateway.cli import printing
from gateway.cli.mailbox import asking
from gateway.cli.mailbox.account import Secret
from gateway.cli.mailbox.wishes import Wishes
from gateway.cli.problems import Problem
from gateway.discovery.values import Protocol
from gateway.failures import Permanent, Temporary
from gateway.oauth import device, redirect
from gateway.oauth.answers import Tokens
from gateway.oauth.client import Client
from gateway.oauth.loopback import Loopback
from gateway.oauth.providers import KNOWN, Provider

PATIENCE = 600.0  # seconds until a browser has to come back
OWN = "oauth"
MECHANISMS = ("xoauth2", "oauthbearer")
DOORS = ("authorize", "token", "device", "scope")


def mechanism(wishes: Wishes) -> str:
    """How a token is told to the mail server.

    Raises:
        Problem: it is none.
    """
    said = wishes.oauth.get("mechanism", MECHANISMS[0] if wishes.auth in KNOWN else MECHANISMS[1])
    if said not in MECHANISMS:
        raise Problem(f"oauth.mechanism is {said!r}; it may be {' or '.join(MECHANISMS)}")
    return said


def client(wishes: Wishes, protocol: Protocol) -> Client:
    """What we are to the provider; its registration is asked for if it was not told.

    Args:
        wishes: what was told.
        protocol: by which mail will be read.

    Raises:
        Problem: the provider is not known, or nobody is here to ask.
    """
    provider = _provider(wishes, protocol)
    identifier = wishes.client_id or asking.word("client ID of Postern at the provider", "--client-id")
    return Client(provider, identifier, asking.secret_in(wishes.client_secret_file))


def sign_in(ours: Client, *, paste: bool) -> Secret:
    """Let a person let us in: with a code on any machine, or with a browser; what they have to do goes to stderr.

    Args:
        ours: what we are there.
        paste: ask for the address at which the browser ended, since it runs on another machine.

    Raises:
        Problem: they did not, or the provider does not answer.
    """
    try:
        tokens = _by_code(ours) if ours.provider.device else _by_browser(ours, paste=paste)
    except (Permanent, Temporary) as failure:
        raise Problem(f"signing in did not work: {failure}") from None
    if not tokens.refresh:
        raise Problem("the provider gave no refresh token, so the login would soon end; allow offline access there")
    return Secret(client=ours, tokens=tokens)


def _provider(wishes: Wishes, protocol: Protocol) -> Provider:
    if wishes.auth in KNOWN:
        return KNOWN[wishes.auth](protocol)
    said = {name: wishes.oauth.get(name, "") for name in DOORS}
    missing = [name for name in ("token", "scope") if not said[name]]
    if wishes.auth != OWN or missing or not (said["device"] or said["authorize"]):
        raise Problem(f"--auth is password, {', '.join(KNOWN)}, or oauth with a table of that name in --file")
    return Provider(said["authorize"], said["token"], said["device"], said["scope"])


def _by_code(ours: Client) -> Tokens:
    begun = device.begin(ours)
    _tell(f"Go to {begun.page} and type the code {begun.code}; this waits.")
    return device.wait(ours, begun)


def _by_browser(ours: Client, *, paste: bool) -> Tokens:
    with Loopback() as here:
        asked = redirect.ask(ours, here.back)
        _tell(f"Open this page and let Postern in: {asked.url}")
        if paste:
            said = asking.word("address of the page at which the browser ended", "a terminal")
            return redirect.trade(ours, asked, redirect.code_in(asked, said))
        return redirect.trade(ours, asked, here.code(asked, PATIENCE))


def _tell(said: str) -> None:
    typer.echo(printing.safe(said), err=True)

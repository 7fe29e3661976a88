"""From an address to an account that works: find its servers, ask what only a person knows, try it out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from gateway.cli import printing
from gateway.cli.mailbox import asking, signing_in
from gateway.cli.mailbox.account import Account, Secret
from gateway.cli.mailbox.steps import LOGIN, Step, tried
from gateway.cli.mailbox.wishes import Wishes, checked, server
from gateway.cli.problems import Problem
from gateway.discovery import search as discovery
from gateway.discovery.values import Protocol, Servers, parts
from gateway.oauth.providers import KNOWN

NONE = "none"
PASSWORD = "password"  # noqa: S105  a way to log in
NAME_IT = "name it with --imap-server HOST:PORT"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a mailbox is set up.

    Attributes:
        tell: shows a line to the person.
        sending: whether sending is tried.
        seconds: how long a mail that goes round may take.
        yes: servers that nobody vouches for may be used. paste: as in `signing_in.sign_in`.
    """

    tell: Callable[[str], None]
    sending: bool = True
    seconds: float = 60.0
    yes: bool = False
    paste: bool = False


def account(address: str, wishes: Wishes, manner: Manner) -> Account:
    """An account that was tried out.

    Raises:
        Problem: a step does not hold; the sentence says what to do.
    """
    found = _servers(address, wishes, manner)
    if found.protocol == "pop3" and wishes.folders:
        raise Problem("by POP3 there are no folders to choose from; leave --folder out")
    auth = wishes.auth or _way(found)
    wishes = replace(wishes, auth=auth)
    made = Account(
        address=address,
        imap=found.imap,
        smtp=found.smtp,
        auth=PASSWORD if auth == PASSWORD else signing_in.mechanism(wishes),
        secret=secret(wishes, found.imap.user, manner, found.protocol),
        folders=wishes.folders or ("INBOX",),
        fetch=checked(wishes.fetch, found.protocol),
        advice=found.advice,
        protocol=found.protocol,
    )
    return _working(made, wishes, manner)


def secret(wishes: Wishes, user: str, manner: Manner, protocol: Protocol = "imap") -> Secret:
    """What opens the mailbox, from a file, from a person, or from the provider."""
    if wishes.auth == PASSWORD:
        return Secret(password=asking.password(wishes.password_file, f"password of {user}"))
    return signing_in.sign_in(signing_in.client(wishes, protocol), paste=manner.paste)


def shown(step: Step) -> str:
    """A step as a line or two."""
    said = f"{'✓' if step.holds else '✗'} {step.step}: {step.said}"
    return said if step.holds or not step.advice else f"{said}\n  → {step.advice}"


def in_words(step: Step) -> str:
    """A step that does not hold as part of a sentence; a server may have worded it, so no terminal is told anything."""
    return printing.line(f"{step.step}: {step.said}; {step.advice or 'try again'}")


def _working(made: Account, wishes: Wishes, manner: Manner) -> Account:
    """The account, perhaps with another user name: a person may correct it once."""
    failed = _failed(made, manner)
    if failed and failed.step == LOGIN and made.auth == PASSWORD and not wishes.user and asking.is_somebody_here():
        user = asking.word("user name", "--user", usual=parts(made.address)[0])
        made = replace(made.as_user(user), secret=secret(wishes, user, manner))
        failed = _failed(made, manner)
    if failed:
        raise Problem(f"{in_words(failed)}; nothing was saved")
    return made


def _failed(made: Account, manner: Manner) -> Step | None:
    for step in tried(made, sending=manner.sending, seconds=manner.seconds):
        manner.tell(shown(step))
        if not step.holds:
            return step
    return None


def _servers(address: str, wishes: Wishes, manner: Manner) -> Servers:
    user = wishes.user or address
    if wishes.imap_server and wishes.pop3_server:
        raise Problem("--imap-server and --pop3-server are two ways to the same mail; name one")
    if wishes.imap_server or wishes.pop3_server:
        protocol: Protocol = "imap" if wishes.imap_server else "pop3"
        named = server(wishes.imap_server or wishes.pop3_server, protocol, user)
        found = Servers(named, None, oauth=wishes.auth, protocol=protocol)
    else:
        found = _searched(address, wishes, manner)
    imap = replace(found.imap, user=wishes.user or found.imap.user)
    smtp = found.smtp and replace(found.smtp, user=wishes.user or found.smtp.user)
    if wishes.smtp_server:
        smtp = None if wishes.smtp_server == NONE else server(wishes.smtp_server, "smtp", user)
    found = replace(found, imap=imap, smtp=smtp)
    manner.tell(shown(Step("servers", True, "; ".join(_told(found)))))
    return found


def _searched(address: str, wishes: Wishes, manner: Manner) -> Servers:
    sources = discovery.SOURCES
    if wishes.autoconfig:
        sources = ((wishes.autoconfig, lambda said: discovery.by_autoconfig([wishes.autoconfig], said)),)
    outcome = discovery.search(address, sources)
    if outcome.servers is None:
        manner.tell(shown(Step("servers", False, "; ".join(outcome.silent), NAME_IT)))
        raise Problem(f"no server for {address} was found ({'; '.join(outcome.silent)}); {NAME_IT}")
    if not outcome.servers.vouched and not manner.yes:
        host = outcome.servers.imap.host
        said = f"{outcome.source} name {host}, and who can forge a name server's answers could have named it"
        asking.agreed(f"{said}. Log in there?", f"{said}; say --yes if it is right, or {NAME_IT}")
    manner.tell(f"found by {outcome.source}")
    return outcome.servers


def _way(found: Servers) -> str:
    if found.passwords:
        return PASSWORD
    if found.oauth in KNOWN:
        return found.oauth
    raise Problem("its server takes no passwords; sign in with --auth oauth and a table of that name in --file")


def _told(found: Servers) -> Iterator[str]:
    reading = "mail is read at" if found.protocol == "imap" else "mail is read by POP3 at"
    for kind, one in ((reading, found.imap), ("and sent through", found.smtp)):
        if one:
            yield f"{kind} {one.host}:{one.port} ({'TLS' if one.tls == 'implicit' else 'STARTTLS'}) as {one.user}"

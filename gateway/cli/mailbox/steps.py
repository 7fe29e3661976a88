"""Trying a mailbox out, step by step: what holds, and what to do where something does not."""

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from gateway.cli.mailbox import submission
from gateway.cli.mailbox.account import TAKE, Account
from gateway.imap.session import Refused
from gateway.imap.trial import Trial
from gateway.imap.trouble import is_expected
from gateway.imap.trouble import sentence as of_imap
from gateway.pop import trial as pop
from models.fetching import After

AGAIN = 2.0  # seconds between two looks for the mail of the round trip
_NEVER = threading.Event()
LOGIN = "login"
Kinds = tuple[Callable[[], "Iterator[Step]"], ...]
TakeOut = Callable[[str], bool]  # deletes the mail with some words in its subject; whether it was there
TYPED = "check user name (--user) and password"
REACHED = "check the server's name and port (--imap-server), and whether a firewall lets us out"
SENDING = "check the server for sending (--smtp-server), or leave sending out with --no-send"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried.

    Attributes:
        step: its name. holds: whether it went well. said: what came of it.
        advice: what to do, where it did not.
    """

    step: str
    holds: bool
    said: str
    advice: str = ""


def tried(account: Account, *, sending: bool, seconds: float) -> Iterator[Step]:
    """Try a mailbox out; ends with the first step that does not hold.

    Args:
        account: the mailbox.
        sending: whether its server for sending is tried, too, by a mail that goes round.
        seconds: how long that mail may take.
    """
    login, secrets = account.login(), (account.secret.shown,)
    where = f"{account.imap.host}:{account.imap.port}"
    try:
        trial = (pop.Trial if account.protocol == "pop3" else Trial)(login, account.secret.shown)
    except Refused as refused:
        yield Step("connection", holds=True, said=_secured(where))
        yield Step(LOGIN, False, of_imap(refused, login, secrets), account.advice or TYPED)
        return
    except Exception as error:
        if not is_expected(error):
            raise
        yield Step("connection", False, of_imap(error, login, secrets), REACHED)
        return
    with trial:
        yield Step("connection", True, _secured(where))
        yield Step(LOGIN, True, f"as {account.imap.user}")
        looking, take_out = _of_folders(trial, account) if isinstance(trial, Trial) else _of_maildrop(trial, account)
        send = partial(_send, account, take_out, seconds) if sending else lambda: iter(())
        yield from _until_one_fails(account, (*looking, send))


def _secured(where: str) -> str:
    return f"{where} answers, and its certificate holds"


def _until_one_fails(account: Account, kinds: Iterable[Callable[[], Iterator[Step]]]) -> Iterator[Step]:
    try:
        for kind in kinds:
            for step in kind():
                yield step
                if not step.holds:
                    return
    except Exception as error:
        if not is_expected(error):
            raise
        said = of_imap(error, account.login(), (account.secret.shown,))
        yield Step("fetch", False, said, "try again; if it stays so, ask the provider")


def _of_folders(trial: Trial, account: Account) -> tuple[Kinds, TakeOut]:
    looking = (partial(_folders, trial, account), partial(_fetch, trial, account))
    return looking, partial(trial.take_out, account.folders[0])


def _of_maildrop(trial: pop.Trial, account: Account) -> tuple[Kinds, TakeOut]:
    return (partial(_maildrop, trial, account), partial(_header, trial)), trial.take_out


def _maildrop(trial: pop.Trial, account: Account) -> Iterator[Step]:
    account.there.update({drop.uidl: drop.size for drop in trial.there if drop.uidl})
    taken = account.fetch.get("old") == TAKE
    if not trial.tells_apart and not (taken and account.fetch.get("after") == After.DELETE):
        advice = "say after = 'delete' and old = 'take' under [fetch] in --file, or use another provider"
        yield Step(
            "maildrop", False, "the server gives mails no ids, so all of them can only be taken and deleted", advice
        )
        return
    old = "which become tickets" if taken else "which are left alone"
    yield Step("maildrop", True, f"{len(trial.there)} mails, {old}" if trial.there else "there is no mail yet")


def _header(trial: pop.Trial) -> Iterator[Step]:
    size = trial.newest_header() if trial.there else None
    if size is not None:
        yield Step("fetch", True, f"a header of {size} bytes")


def _folders(trial: Trial, account: Account) -> Iterator[Step]:
    there = trial.names()
    missing = [name for name in account.folders if name not in there and name.upper() != "INBOX"]
    if missing:
        yield Step("folders", False, f"there is no folder {missing[0]!r}", f"choose of {', '.join(there)} (--folder)")
        return
    counts = trial.counts(account.folders)
    yield Step("folders", True, ", ".join(f"{name}: {count} mails" for name, count in counts.items()))


def _fetch(trial: Trial, account: Account) -> Iterator[Step]:
    size = trial.newest_header(account.folders[0])
    trial.leave(account.folders[0])
    yield Step("fetch", True, f"a header of {size} bytes, left unread" if size else "there is no mail yet")


def _send(account: Account, take_out: TakeOut, seconds: float) -> Iterator[Step]:
    server = account.smtp
    if server is None:
        yield Step("send", False, "no server for sending is known", SENDING)
        return
    subject = f"Postern test {secrets.token_hex(16)}"
    try:
        with submission.logged_in(account, server) as line:
            yield Step("send", True, f"{server.host}:{server.port} lets {server.user} in over verified TLS")
            submission.send(line, account.address, subject)
    except submission.Unsent as error:
        yield Step("send", False, str(error), SENDING)
        return
    yield _came_back(take_out, account.folders[0], subject, seconds)


def _came_back(take_out: TakeOut, folder: str, subject: str, seconds: float) -> Step:
    began = time.monotonic()
    while not take_out(subject):
        if time.monotonic() > began + seconds:
            advice = f"look for {subject!r} in other folders, or give it more time with --seconds"
            return Step(
                "round trip", False, f"the test mail was sent and is not in {folder} after {seconds:g} s", advice
            )
        _NEVER.wait(AGAIN)
    return Step("round trip", True, f"a mail came back after {time.monotonic() - began:.1f} s and was deleted")

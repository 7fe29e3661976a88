"""Letting Postern in from any other machine: it shows a code, a person types it at the provider (RFC 8628)."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.failures import Permanent, Temporary
from gateway.oauth.answers import OK, Tokens, code_of, tokens
from gateway.oauth.client import Client
from gateway.oauth.wire import post

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
INTERVAL = 5  # seconds between questions unless the server says otherwise; what `slow_down` adds, too (section 3.5)
LONGEST_INTERVAL = 60
LONGEST_WAIT = 1800
SILENCES = 4  # one lost packet is no reason to let the person begin again
AGAIN = "begin again when somebody is at the page"
_NEVER = threading.Event()
TOO_LATE = f"nobody typed the code in time; {AGAIN}"


@dataclass(frozen=True, slots=True)
class Begun:
    """What a person has to do, and how we ask whether they did.

    Attributes:
        page: where to go; printable.
        code: what to type there; printable.
        device_code: what we ask with.
        interval: seconds between questions.
        seconds: how long the code is good for.
    """

    page: str
    code: str
    device_code: str = field(repr=False)
    interval: float
    seconds: float


def begin(client: Client) -> Begun:
    """Ask for a code.

    Raises:
        Permanent: this provider gives no codes to devices, or not to this client.
        Temporary: it did not answer.
    """
    if not client.provider.device:
        raise Permanent("this provider does not let devices in to mail; log in with a browser instead")
    answer = post(client.provider.device, client.form(scope=client.provider.scope))
    said = answer.said
    if code := code_of(answer):
        raise Permanent(f"{answer.host} gives no code: {code}; look at how the client is registered there")
    page = said.get("verification_uri") or said.get("verification_url")  # the latter is Google's
    shown = (page, said.get("user_code"), said.get("device_code"))
    if answer.status != OK or not all(isinstance(one, str) and one and one.isprintable() for one in shown):
        raise Temporary(f"{answer.host} gave no code (HTTP {answer.status}); try again")
    interval, seconds = _number(said.get("interval"), INTERVAL), _number(said.get("expires_in"), LONGEST_WAIT)
    limits = {"interval": min(interval, LONGEST_INTERVAL), "seconds": min(seconds, LONGEST_WAIT)}
    return Begun(page=str(page), code=str(shown[1]), device_code=str(shown[2]), **limits)


def wait(client: Client, begun: Begun, pause: Callable[[float], object] = _NEVER.wait) -> Tokens:
    """Ask until the person has answered.

    Args:
        client: as begun with.
        begun: from `begin`.
        pause: waits for so many seconds; what it raises ends the waiting.

    Raises:
        Permanent: they refused, or the code ran out.
        Temporary: the server cannot be asked, several times in a row.
    """
    until, interval, silent = time.monotonic() + begun.seconds, begun.interval, 0
    while True:
        pause(interval)
        if time.monotonic() >= until:
            raise Permanent(TOO_LATE)
        try:
            found = _ask(client, begun)
        except Temporary:
            silent, interval = silent + 1, min(interval * 2, LONGEST_INTERVAL)  # section 3.5: slower after a time-out
            if silent == SILENCES:
                raise
            continue
        if isinstance(found, Tokens):
            return found
        silent, interval = 0, interval + (INTERVAL if found == "slow_down" else 0)


def _ask(client: Client, begun: Begun) -> Tokens | str:
    """The tokens, or the code that says to go on asking."""
    answer = post(client.provider.token, client.form(grant_type=GRANT, device_code=begun.device_code))
    code = code_of(answer)
    if code in {"authorization_pending", "slow_down"}:
        return code
    if code == "access_denied":
        raise Permanent(f"the person at {answer.host} did not let us in; {AGAIN}")
    if code == "expired_token":
        raise Permanent(TOO_LATE)
    return tokens(answer)


def _number(value: object, otherwise: float) -> float:
    """A number of seconds that somebody else said, if it is one."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf"):
        return float(value)
    return otherwise

"""Letting Postern in with a browser: the provider sends it back with a code, which only we can use (RFC 7636)."""

import base64
import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

from gateway.failures import Permanent
from gateway.oauth.answers import CODES, Tokens, tokens
from gateway.oauth.client import Client
from gateway.oauth.wire import post


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a person's browser carries to the provider.

    Attributes:
        url: where the person goes.
        back: where the provider sends the browser afterwards.
        state: comes back with the code, or the code is not an answer to this question.
        verifier: proves that who trades the code in is who asked.
    """

    url: str
    back: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


def ask(client: Client, back: str) -> Asked:
    """Make the question.

    Args:
        client: at the provider.
        back: the redirect URI, as it is registered there; of a loopback address any port is (RFC 8252 section 7.3).
    """
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    said = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": back,
        "scope": client.provider.scope,
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
        **dict(client.provider.extra),
    }
    joint = "&" if urlsplit(client.provider.authorize).query else "?"
    return Asked(f"{client.provider.authorize}{joint}{urlencode(said)}", back, state, verifier)


def challenge(verifier: str) -> str:
    """The challenge S256 of a verifier (RFC 7636 section 4.2)."""
    return base64.urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).decode().rstrip("=")


def code_in(asked: Asked, pasted: str) -> str:
    """The code in what came back: the address of the page the browser ended at, or the code alone.

    Args:
        asked: from `ask`.
        pasted: what the person pasted, or the path that the browser asked us for.

    Raises:
        Permanent: the person refused, or it answers another question, or there is no code in it.
    """
    text = pasted.strip()
    said = {name: values[0] for name, values in parse_qs(_query(text)).items()}
    if error := said.get("error"):
        raise Permanent(f"the provider did not let us in: {error if error in CODES else 'unknown error'}")
    if "state" in said and not hmac.compare_digest(said["state"].encode(), asked.state.encode()):
        raise Permanent("that answers another question; begin again and use the newest page")
    if code := said.get("code"):
        if "state" not in said:
            raise Permanent("part of the address is missing; paste all of it")
        return code
    if not text or "?" in text or "://" in text or any(letter.isspace() for letter in text):
        raise Permanent("there is no code in that; paste the whole address of the page the browser ended at")
    return text


def trade(client: Client, asked: Asked, code: str) -> Tokens:
    """Tokens for a code.

    Raises:
        Permanent: the code is not valid; begin again.
        Temporary: the server did not answer.
    """
    form = client.form(
        grant_type="authorization_code", code=code, redirect_uri=asked.back, code_verifier=asked.verifier
    )
    return tokens(post(client.provider.token, form))


def _query(text: str) -> str:
    try:
        return urlsplit(text).query
    except ValueError:
        return ""

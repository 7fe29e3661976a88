"""The code grant with PKCE: only who asked can trade the code in, and only for the question that was asked."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.failures import Permanent
from gateway.oauth.redirect import ask, challenge, code_in, trade
from tests.token_server import TokenServer

BACK = "http://localhost:1/"


def test_the_example_of_the_rfc():
    """RFC 7636 appendix B."""
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize("how", ["address", "address with blanks", "path", "code"])
def test_a_person_lets_us_in(server: TokenServer, how: str):
    client = server.client()
    asked = ask(client, BACK)
    ended = server.browse(asked.url)
    code = parse_qs(urlsplit(ended).query)["code"][0]
    pasted = {"address": ended, "address with blanks": f"  {ended}\n", "path": ended[len("http://localhost:1") :]}
    found = trade(client, asked, code_in(asked, pasted.get(how, code)))
    assert found.access in server.valid
    assert found.refresh in server.refresh_tokens
    assert asked.verifier not in asked.url
    assert asked.verifier not in repr(asked)
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", asked.verifier)


def test_a_stolen_code_is_worth_nothing(server: TokenServer):
    """Without the verifier, at another address, or a second time."""
    client = server.client()
    asked = ask(client, BACK)
    for thief in (replace(asked, verifier=ask(client, BACK).verifier), replace(asked, back="http://localhost:2/")):
        with pytest.raises(Permanent, match="invalid_grant"):
            trade(client, thief, code_in(asked, server.browse(asked.url)))
    code = code_in(asked, server.browse(asked.url))
    trade(client, asked, code)
    with pytest.raises(Permanent, match="invalid_grant"):
        trade(client, asked, code)


@pytest.mark.parametrize(
    ("pasted", "told"),
    [
        ("http://localhost:1/?code=x&state=another", "answers another question"),
        ("http://localhost:1/?code=x&state=%C3%A9", "answers another question"),
        ("http://localhost:1/?code=x", "paste all of it"),
        ("http://localhost:1/?error=access_denied&state=s", "did not let us in: access_denied"),
        ("http://localhost:1/?error=%1b[2J", "did not let us in: unknown error"),
        ("http://localhost:1/", "no code in that"),
        ("https://[::1", "no code in that"),
        ("", "no code in that"),
        ("I do not know", "no code in that"),
    ],
)
def test_what_is_no_answer_says_what_to_do(server: TokenServer, pasted: str, told: str):
    with pytest.raises(Permanent, match=told) as refused:
        code_in(ask(server.client(), BACK), pasted)
    assert str(refused.value).isprintable()


def test_every_question_is_another(server: TokenServer):
    asked = [ask(server.client(), BACK) for _ in range(20)]
    assert len({one.state for one in asked} | {one.verifier for one in asked}) == 40


def test_parameters_of_the_provider_are_said(server: TokenServer):
    client = server.client()
    wanting = replace(client, provider=replace(client.provider, extra=(("prompt", "consent"),)))
    assert "prompt=consent" in ask(wanting, BACK).url
    odd = replace(client, provider=replace(client.provider, authorize="https://login.test/?tenant=1"))
    assert ask(odd, BACK).url.startswith("https://login.test/?tenant=1&response_type=code&")

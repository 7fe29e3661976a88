"""The known providers, and what we are to one, sealed and read again."""

from urllib.parse import urlsplit

import pytest

from gateway.discovery.values import Protocol
from gateway.oauth import client
from gateway.oauth.client import Client
from gateway.oauth.providers import KNOWN, microsoft


@pytest.mark.parametrize("name", KNOWN)
def test_every_door_is_https_and_the_client_survives_being_stored(name: str):
    provider = KNOWN[name]("imap")
    doors = [door for door in (provider.authorize, provider.token, provider.device) if door]
    assert {urlsplit(door).scheme for door in doors} == {"https"}
    made = Client(provider, "id", "the secret")
    assert client.read(made.text()) == made
    assert "the secret" not in repr(made)


def test_microsoft_has_a_door_for_each_directory():
    assert "/contoso.test/" in microsoft(tenant="contoso.test").token
    assert "offline_access" in microsoft().scope.split()


def test_microsoft_has_a_scope_for_each_protocol():
    scopes: dict[Protocol, str] = {"imap": "IMAP.AccessAsUser.All", "pop3": "POP.AccessAsUser.All"}
    for protocol, scope in scopes.items():
        asked = " ".join(KNOWN["microsoft"](protocol).scope.split())
        assert [one for one in scopes.values() if one in asked] == [scope]

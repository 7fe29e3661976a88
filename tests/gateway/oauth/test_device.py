"""The device grant (RFC 8628): we ask as slowly as the server wants, until somebody typed the code or did not."""

import pytest

from gateway.failures import Permanent, Temporary
from gateway.oauth import device
from gateway.oauth.client import Client
from gateway.oauth.providers import google
from gateway.oauth.wire import post
from tests.token_server import DEVICE, NO, TokenServer

BEGUN = {"device_code": "the-device-code", "user_code": "ABCD", "verification_uri": "https://login.test/device"}


class Pauses(list[float]):
    """How long we would have waited; after `until` of them somebody types the code."""

    def __init__(self, server: TokenServer, until: int = 10_000) -> None:
        self.server, self.until = server, until

    def __call__(self, seconds: float) -> None:
        self.append(seconds)
        if len(self) == self.until:
            self.server.approve()


def test_a_person_lets_us_in(server: TokenServer):
    client = server.client()
    begun = device.begin(client)
    assert (begun.page, begun.code, begun.interval, begun.seconds) == (f"{server.url}/type-it", "WDJB-MJHT", 5, 900)
    assert begun.device_code not in repr(begun)
    pauses = Pauses(server, until=3)
    found = device.wait(client, begun, pauses)
    assert found.access in server.valid
    assert pauses == [5, 5, 5]
    assert server.asked[0] == {"client_id": "postern", "client_secret": "the-client-secret", "scope": "mail"}
    assert {form["grant_type"] for form in server.asked[1:]} == {DEVICE}


def test_we_slow_down_when_told_and_stay_slow(server: TokenServer):
    client = server.client()
    begun = device.begin(client)
    server.script = [NO["slow_down"], NO["authorization_pending"], NO["slow_down"]]
    pauses = Pauses(server, until=4)
    device.wait(client, begun, pauses)
    assert pauses == [5, 10, 10, 15]


def test_a_server_that_fails_is_asked_again_more_slowly_but_not_for_ever(server: TokenServer):
    client = server.client()
    begun = device.begin(client)
    server.script = [(500, ""), (503, "busy")]
    pauses = Pauses(server, until=3)
    device.wait(client, begun, pauses)
    assert pauses == [5, 10, 20]
    server.script = [(500, "")] * 4
    with pytest.raises(Temporary, match="HTTP 500"):
        device.wait(client, begun, Pauses(server))


@pytest.mark.parametrize(
    ("code", "told"), [("access_denied", "did not let us in"), ("expired_token", "nobody typed the code in time")]
)
def test_a_no_is_permanent(server: TokenServer, code: str, told: str):
    client = server.client()
    begun = device.begin(client)
    server.script = [NO["authorization_pending"], NO[code]]
    with pytest.raises(Permanent, match=f"{told}.*begin again"):
        device.wait(client, begun, Pauses(server))


def test_a_code_that_ran_out_is_not_asked_for(server: TokenServer):
    server.script = [(200, {**BEGUN, "expires_in": 1e-9})]
    client = server.client()
    begun = device.begin(client)
    pauses = Pauses(server)
    with pytest.raises(Permanent, match="nobody typed the code in time"):
        device.wait(client, begun, pauses)
    assert len(server.asked) == 1


@pytest.mark.parametrize("said", [-1, 0, "soon", None, True, float("nan"), 10**9])
def test_intervals_are_kept_within_reason(server: TokenServer, said: object):
    server.script = [(200, {**BEGUN, "interval": said, "expires_in": said})]
    begun = device.begin(server.client())
    assert 0 < begun.interval <= 60
    assert 0 < begun.seconds <= 1800


@pytest.mark.parametrize("change", [{"user_code": "A\x1b[2J"}, {"verification_uri": ""}, {"device_code": 7}])
def test_what_cannot_be_shown_is_refused(server: TokenServer, change: dict[str, object]):
    server.script = [(200, {**BEGUN, **change})]
    with pytest.raises(Temporary, match="gave no code"):
        device.begin(server.client())


def test_google_lets_no_device_in_to_mail(server: TokenServer):
    for client in (Client(google(), "id"), server.client(device="")):
        with pytest.raises(Permanent, match="log in with a browser instead"):
            device.begin(client)
    server.script = [NO["invalid_scope"]]
    with pytest.raises(Permanent, match="invalid_scope"):
        device.begin(server.client())


def test_the_server_of_the_tests_is_strict(server: TokenServer):
    assert post(f"{server.url}/device", {"client_id": "another"}).said["error"] == "invalid_client"

"""What is said to a mail server, letter for letter."""

import base64

import pytest

from gateway.oauth.sasl import oauthbearer, xoauth2


def test_the_example_of_google():
    said = xoauth2("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg")
    assert base64.b64encode(said) == (
        b"dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0"
        b"Q2cBAQ=="
    )


def test_the_example_of_the_rfc():
    """RFC 7628 section 4.1."""
    said = oauthbearer("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==", "server.example.com", 143)
    assert said == (
        b"n,a=user@example.com,\x01host=server.example.com\x01port=143\x01"
        b"auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01"
    )


def test_names_with_signs_of_the_header_are_escaped():
    assert oauthbearer("a=b,c", "t", "h", 993).startswith(b"n,a=a=3Db=2Cc,\x01")


@pytest.mark.parametrize("evil", ["a\x01auth=Bearer other", "a\r\n", "a\0", "\x7f"])
def test_nothing_else_can_be_said(evil: str):
    for user, token in ((evil, "token"), ("user", evil)):
        with pytest.raises(ValueError, match="control character"):
            xoauth2(user, token)
        with pytest.raises(ValueError, match="control character"):
            oauthbearer(user, token, "host", 993)

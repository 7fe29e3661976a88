"""Whether a mail agrees with its sender, as tokens."""

import pytest

from workers.inbound.parse import parse
from workers.inbound.spam.sight import look
from workers.inbound.spam.who import who

MAIL = """\
Return-Path: <{path}>
Received: from {server} (mx [192.0.2.1]) by mx.our.test; Sat, 04 May 2019 10:00:00 +0000
From: {sender}
To: us@our.test
Message-ID: <1@{identifier}>

Kettles at http://{host}/ today.
"""
OWN = {
    "path": "bounce@mail.shop.test",
    "server": "out.shop.test",
    "sender": "Ada Adams <ada@shop.test>",
    "identifier": "shop.test",
    "host": "www.shop.test",
}


@pytest.mark.parametrize(
    ("written", "token"),
    [
        ({}, "own:all:all|True|True"),
        ({}, "own:links:id:True"),
        ({}, "own:id:same"),
        ({}, "own:path:same"),
        ({}, "named:2"),
        ({"host": "kettles.test"}, "own:links:none"),
        ({"server": "elsewhere.test"}, "own:way:False"),
        ({"identifier": "localhost"}, "own:id:bare"),
        ({"identifier": "else.test"}, "own:id:other"),
        ({"path": ""}, "own:path:none"),
        ({"host": "kettles.test"}, "own:links:id:False"),
        ({"sender": "ADA <ada@shop.test>"}, "named:local"),
        ({"sender": "ADA A <ada@shop.test>"}, "named:upper"),
        ({"sender": "ada@shop.test"}, "named:none"),
        ({"sender": '"us@our.test" <ada@shop.test>'}, "named:address"),
        ({"sender": "us@our.test"}, "to:self:True"),
        ({"sender": "Ada <ada@gmail.com>"}, "free:True|False|none"),
        ({"sender": "nobody"}, "from:unknown"),
    ],
)
def test_what_the_sender_has_in_common_with_the_rest(written: dict[str, str], token: str):
    content = MAIL.format(**(OWN | written)).encode()
    assert token in set(who(look(parse(content), content)))

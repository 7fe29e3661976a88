"""What wrote a mail, as tokens."""

import pytest

from workers.inbound.parse import parse
from workers.inbound.spam.head import read
from workers.inbound.spam.program import program

MAIL = """\
Received: from a.test by mx.our.test; {taken}
From: Ada <ada@a.test>
Date: {date}
Message-ID: <{identifier}@a.test>
X-Mailer: Kettle Mail 5.00.29
Content-Type: multipart/mixed; boundary="--=_NextPart_12"

x
"""
USUAL = {
    "taken": "Sat, 4 May 2019 10:00:09 +0200",
    "date": "Sat, 4 May 2019 10:00:00 +0200",
    "identifier": "001a$B2",
}


@pytest.mark.parametrize(
    ("written", "token"),
    [
        ({}, "mailer:kettle mail 0"),
        ({}, "mailer:id:kettle mail 0|0a$A0"),
        ({}, "boundary:--=_AaAa_0"),
        ({}, "type=:multipart/mixed;"),
        ({}, "then:date>message-id"),
        ({}, "has:X-Mailer"),
        ({}, "zone:+0200"),
        ({}, "date:aaa, 0 aaa 0 0:0:0 +0"),
        ({}, "late:+minutes"),
        ({"taken": "Sat, 4 May 2019 12:30:00 +0200"}, "late:+day"),
        ({"taken": "Thu, 2 May 2019 10:00:00 +0200"}, "late:-week"),
        ({"taken": "never"}, "late:unknown"),
        ({"taken": "Sat, 4 May 2019 10:00:00 -0000"}, "late:unknown"),  # says no zone, so it cannot be compared
        ({"date": "Sat, 04 May 2019 08:00:00 GMT"}, "date:ends:gmt"),
        ({"date": "Sat, 04 May 2019 08:00:00 +0000 (UTC)"}, "date:ends:)"),
    ],
)
def test_how_programs_differ(written: dict[str, str], token: str):
    content = MAIL.format(**(USUAL | written)).encode()
    assert token in set(program(parse(content), read(content)))

"""What a mail is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.parse import parse
from workers.inbound.spam.sight import look
from workers.inbound.spam.tokens import LONGEST, TOKENS, judged_by, words_of

PAGE = b"""\
Received: from relay.test by mx.us.test; Sat, 04 May 2019 10:00:00 +0000
Delivered-To: us@our.test
From: "Anna Adams" <Anna@Shop.test>
Reply-To: offers@else.test
To: us@our.test
Subject: CHEAP kettles!
Date: Sat, 04 May 2019 10:00:00 +0200
X-Mailer: Mass Mailer 3
X-Postern-Loop: nothing
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p><font color="red">Buy</font> at <a href="http://www.kettles.test/cheap/one">our shop</a>
\xe5\x8d\xb0\xe5\x88\xb7\xe6\xa9\x9f antidisestablishmentarianism</p>
--b
Content-Type: application/pdf; name=offer.pdf
Content-Disposition: attachment; filename=offer.pdf

x
--b--
"""
_OF_LISTS = {"way", "net", "site", "hops", "return-path", "list", "bulk"}


def tokens(content: bytes) -> tuple[str, ...]:
    return words_of(look(parse(content), content))


def of(content: bytes) -> set[str]:
    return set(tokens(content))


def test_sender_structure_links_files_subject_and_text_are_told_apart():
    assert of(PAGE) >= {
        "from:anna@shop.test",
        "from:@shop.test",
        "name:adams",
        "reply:@else.test",
        "has:X-Mailer",
        "then:reply-to>to",
        "x-mailer:mass",
        "type:multipart/mixed",
        "zone:+0200",
        "to:1",
        "form:html",
        "sign:lacks_headers",
        "marks:0",
        "own:links:none",
        "own:text:True",
        'from=:"x x" <x@x>',
        "to:self:False",
        "mailer:mass mailer 0",
        "helo0:relay.test",
        "hops:1",
        "site:relay.test",
        "way:relay.test",
        "file:application/pdf",
        "file:.pdf",
        "url:www.kettles.test",
        "url:kettles.test",
        "path:cheap",
        "subject:kettles",
        "shouts:CHEAP",
        "subject:!",
        "buy",
        "long:a2",
        "印刷",
        "刷機",
    }


def test_by_what_a_list_gave_it_no_mail_is_judged():
    """It teaches all the same: who comes by the same servers without a list is known by them."""
    passed_on = b"List-Id: <kettles.lists.test>\nReturn-Path: <kettles-bounces@lists.test>\nPrecedence: bulk\n" + PAGE
    given = {"way:relay.test", "site:relay.test", "hops:1", "return-path:@lists.test", "list:<kettles.lists.test>"}
    sight = look(parse(passed_on), passed_on)
    assert set(words_of(sight)) >= given | {"bulk:bulk"}
    assert set(judged_by(sight)) == {one for one in words_of(sight) if one.partition(":")[0] not in _OF_LISTS}
    assert {"helo0:relay.test", "from:@shop.test", "subject:kettles", "buy"} <= set(judged_by(sight))
    alone = look(parse(PAGE), PAGE)
    assert judged_by(alone) == words_of(alone)


def test_an_answer_does_not_shout():
    said = of(PAGE.replace(b"CHEAP kettles!", b"RE: AW: CHEAP kettles!"))
    assert "shouts:CHEAP" in said
    assert not {"shouts:RE", "shouts:AW"} & said


def test_what_servers_wrote_on_the_way_is_no_part_of_it():
    assert not {one for one in of(PAGE) if "our.test" in one or "postern" in one.lower()}


def test_there_is_an_end_to_it():
    many = b"Subject: x\r\n\r\n" + b" ".join(b"word%d" % number for number in range(100_000))
    assert 100 < len(tokens(many)) <= TOKENS


@pytest.mark.parametrize("name", [b"Content-Transfer-Encoding", b"Message-ID", b"X-Mailer", b"X\0"])
def test_what_no_database_takes_is_left_out(name: bytes):
    found = tokens(name + b": <\0\x1b\x85@\0>\r\n\r\n")
    assert found
    assert all(one.isprintable() for one in found)


@given(st.text(max_size=200), st.binary(max_size=200))
def test_any_mail_has_tokens_that_can_be_stored(subject: str, body: bytes):
    content = f"Subject: {subject!r}\r\n\r\n".encode() + body
    found = tokens(content)
    assert len(set(found)) == len(found)
    assert all(0 < len(one) <= LONGEST and "\0" not in one and one.encode() for one in found)

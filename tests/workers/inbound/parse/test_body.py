"""Which parts are the words of a mail and which are attachments."""

from workers.inbound.mail import Mail
from workers.inbound.parse import parse

HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n"


def mixed(*parts: bytes, kind: bytes = b"mixed", boundary: bytes = b"b") -> bytes:
    inside = b"".join(b"\r\n--" + boundary + b"\r\n" + part for part in parts)
    return (
        b"Content-Type: multipart/"
        + kind
        + b"; boundary="
        + boundary
        + b"\r\n\r\n"
        + inside
        + b"\r\n--"
        + boundary
        + b"--\r\n"
    )


def names(mail: Mail) -> list[tuple[str, str, bool]]:
    return [(one.name, one.content_type, one.inline) for one in mail.attachments]


def test_plain_text() -> None:
    mail = parse(b"Content-Type: text/plain; charset=utf-8\r\n\r\ngr\xc3\xbc\xc3\x9fe\r\n")
    assert (mail.text, mail.html, mail.attachments, mail.unreadable) == ("grüße\n", None, (), None)


def test_html_alone_becomes_text_too() -> None:
    mail = parse(HTML + b"<p>one</p><p>two <b>three</b></p>")
    assert mail.text.split() == ["one", "two", "three"]
    assert mail.html == "<p>one</p><p>two <b>three</b></p>"


def test_of_alternatives_the_plain_text_and_the_html() -> None:
    calendar = b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR"
    mail = parse(
        mixed(
            b"\r\nplain",
            HTML + b"<p>rich</p>",
            b"Content-Type: text/x-amp-html\r\n\r\nz",
            calendar,
            kind=b"alternative",
        )
    )
    assert (mail.text, mail.html) == ("plain", "<p>rich</p>")
    assert names(mail) == [("invitation.ics", "text/calendar", False)]


def test_an_empty_plain_alternative_does_not_hide_the_html() -> None:
    assert parse(mixed(b"\r\n \r\n", HTML + b"<p>rich</p>", kind=b"alternative")).text.strip() == "rich"


def test_several_plain_texts_are_no_alternatives_of_each_other() -> None:
    mail = parse(mixed(b"\r\none", b"\r\ntwo", b"\r\none", HTML + b"<p>rich</p>", kind=b"alternative"))
    assert (mail.text, mail.html, mail.attachments) == ("one\ntwo", "<p>rich</p>", ())


def test_other_forms_of_text_are_read_where_no_plain_one_is() -> None:
    markdown, enriched = b"Content-Type: text/markdown\r\n\r\n", b"Content-Type: text/enriched\r\n\r\n<bold>b</bold>"
    assert parse(markdown + b"see <https://a.test> *now*").text == "see <https://a.test> *now*"
    assert parse(mixed(enriched, HTML + b"<p>rich</p>", kind=b"alternative")).text == "b"
    assert parse(mixed(enriched, b"\r\nplain", kind=b"alternative")).text == "plain"
    assert parse(mixed(b"\r\nsee below", markdown.replace(b"\r\n\r\n", b"; name=a.md\r\n\r\nx"))).text == "see below"


def test_several_texts_are_joined_in_order() -> None:
    picture = b"Content-Type: image/png\r\n\r\n\x89PNG"
    mail = parse(mixed(b"\r\none", picture, HTML + b"<p>two &lt;</p>", b"\r\nthree <"))
    assert mail.text.split() == ["one", "two", "<", "three", "<"]
    assert mail.html == "<pre>one</pre>\n<p>two &lt;</p>\n<pre>three &lt;</pre>"
    assert names(mail) == [("image.png", "image/png", False)]


def test_attached_text_is_an_attachment() -> None:
    attached = b"Content-Disposition: attachment\r\n"
    mail = parse(
        mixed(
            b"\r\nhello",
            attached + HTML + b"<p>x",
            attached + b"\r\nlog",
            b"Content-Type: text/plain; name=a.txt\r\n\r\ny",
        )
    )
    assert (mail.text, mail.html) == ("hello", None)
    assert names(mail) == [
        ("text.html", "text/html", False),
        ("text.txt", "text/plain", False),
        ("a.txt", "text/plain", False),
    ]
    assert mail.attachments[0].content == b"<p>x"


def test_a_first_text_with_a_name_is_still_the_text() -> None:
    assert parse(mixed(b"Content-Type: text/plain; name=body.txt\r\n\r\nhello", b"\r\nfooter")).text == "hello\nfooter"


def test_images_that_the_html_shows_are_inline() -> None:
    page = HTML + b'<img src="cid:a@x"><img src="cid:c&amp;d">'
    related = mixed(
        page,
        b"Content-Type: image/png\r\nContent-ID: <a@x>\r\nContent-Disposition: attachment; filename=a.png\r\n\r\n1",
        b"Content-Type: image/png\r\nContent-ID: <c&d>\r\nContent-Disposition: attachment\r\n\r\n2",
        b"Content-Type: image/gif\r\nContent-ID: <other>\r\nContent-Disposition: attachment\r\n\r\n3",
        b"Content-Type: image/jpeg\r\nContent-ID: <bare>\r\n\r\n4",
        kind=b"related",
    )
    assert [(one.content_id, one.inline) for one in parse(related).attachments] == [
        ("a@x", True), ("c&d", True), ("other", False), ("bare", True)]  # fmt: skip


def test_an_attached_message_stays_whole_and_out_of_the_text() -> None:
    inner = b"Subject: inner\r\n\r\ninner text"
    mail = parse(mixed(b"\r\nsee below", b"Content-Type: message/rfc822\r\n\r\n" + inner))
    assert mail.text == "see below"
    assert names(mail) == [("message.eml", "message/rfc822", False)]
    assert mail.attachments[0].content == inner


def test_a_mail_that_holds_only_a_mail_says_what_that_says() -> None:
    for content in (
        b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner text",
        mixed(b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner text"),
    ):
        mail = parse(content)
        assert mail.text == "inner text"
        assert mail.attachments[0].content.startswith(b"Subject: inner")
        assert "text: of the attached message" in mail.marks


def test_a_bounce_keeps_its_parts() -> None:
    report = mixed(
        b"\r\nnot delivered",
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b",
        b"Content-Type: text/rfc822-headers\r\n\r\nSubject: x",
        kind=b'report; report-type="delivery-status"',
    )
    mail = parse(report)
    assert (mail.report, mail.text) == (True, "not delivered")
    assert [name for name, _, _ in names(mail)] == ["delivery-status.txt", "headers.txt"]
    assert mail.attachments[0].content.endswith(b"Final-Recipient: rfc822; a@b")


def test_a_multipart_without_parts_is_read_as_text() -> None:
    for content in (
        b"Content-Type: multipart/mixed\r\n\r\nhello",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\nhello",
    ):
        mail = parse(content)
        assert mail.text == "hello"
        assert mail.marks == ("structure: a multipart without parts, read as text",)


def test_heavy_html_becomes_text_and_an_attachment() -> None:
    page = b"<div>" * 100_000 + b"hello"
    mail = parse(HTML + page)
    assert (mail.text, mail.html) == ("hello", None)
    assert mail.attachments[0].content == page
    assert mail.marks == ("html: too large or too deep to show, kept as an attachment",)


def test_of_many_pages_the_later_ones_become_text() -> None:
    mail = parse(mixed(*[b"Content-Type: text/html\r\n\r\n<p>page <i>%d</i></p>" % n for n in range(30)]))
    assert mail.html is not None
    assert mail.html.count("<i>") == 10
    assert "page  29" in mail.text
    assert "html: more pages than are shown, the later ones as text" in mail.marks


def test_html_names_its_own_charset() -> None:
    assert (
        parse(b"Content-Type: text/html\r\n\r\n<meta charset=koi8-r><p>" + "привет".encode("koi8_r")).text.strip()
        == "привет"
    )


def test_nesting_deeper_than_50_is_said() -> None:
    content = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(100))
    mail = parse(b"From: a@b.test\r\n" + content + b"\r\nhello")
    assert mail.unreadable == "Parts are nested more than 50 deep; what is deeper was not read."
    assert b"hello" in mail.attachments[0].content
    assert mail.sender is not None

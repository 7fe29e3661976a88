from base64 import b64decode
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.outgoing import Letter
from tests.workers.outbound.drafts import HOSTILE, draft, written
from workers.errors import Permanent
from workers.outbound import compose as module
from workers.outbound.check import ALLOWED, check
from workers.outbound.compose import compose
from workers.outbound.letter import File, Person, Written
from workers.outbound.mime import file_name
from workers.outbound.render import render


def parsed(letter: Written) -> EmailMessage:
    return message_from_bytes(letter.content, policy=policy.default)


@pytest.mark.parametrize("kind", Letter)
@pytest.mark.parametrize("evil", HOSTILE)
def test_nothing_written_by_people_becomes_a_header(kind: Letter, evil: str) -> None:
    """CVE-2024-6923, CVE-2026-1299 (CPython), CVE-2012-4730 (RT), CVE-2026-23829 (Mailpit)."""
    person = Person(evil, "maria@example.org")
    letter = written(
        kind=kind, title=evil, text=evil, html=None, recipient=person, organization=evil, author=person,
        sender=Person(evil, "support@demo.test"), in_reply_to=evil, references=(evil, "<a@b>"),
        files=(File(evil, evil, b"x", evil, inline=True),), left_out=(evil,),
    )  # fmt: skip
    top = parsed(letter)
    assert set(top.keys()) <= ALLOWED
    assert len(set(top.keys())) == len(top.keys())
    assert [address.addr_spec for address in top["To"].addresses] == ["maria@example.org"]
    assert [address.addr_spec for address in top["From"].addresses] == ["support@demo.test"]
    assert letter.content.isascii()
    assert not any(part.defects for part in top.walk())


@pytest.mark.parametrize("kind", Letter)
def test_the_envelope_and_the_marks(kind: Letter) -> None:
    letter = written(kind=kind)
    made, top = draft(kind=kind), parsed(letter)
    answers = kind in (Letter.ACKNOWLEDGEMENT, Letter.VERIFICATION)
    assert letter.mail_from == made.return_path
    assert written(kind=kind, return_path="").mail_from == ""
    assert letter.recipient == "maria@example.org"
    assert top["Reply-To"] == made.reply_to
    assert top["X-Postern-Loop"] == made.loop
    assert top["Message-ID"] == made.message_id
    assert top["Date"].datetime == made.created_at
    human = kind is Letter.REPLY
    assert top["Auto-Submitted"] == (None if human else "auto-replied" if answers else "auto-generated")
    assert (top["X-Auto-Response-Suppress"] is None) == human
    assert (top["X-Auto-Response-Suppress"] == "All") == answers
    assert "Precedence" not in top


def test_a_human_answer_comes_from_the_human() -> None:
    assert parsed(written())["From"] == '"Anna Agent (Demo)" <support@demo.test>'
    assert parsed(written(kind=Letter.ACKNOWLEDGEMENT))["From"] == "Anna Agent <support@demo.test>"
    assert parsed(written(sender=Person("", "support@demo.test")))["From"] == "Demo <support@demo.test>"


def test_the_same_letter_has_the_same_bytes_at_each_try() -> None:
    assert written() == written()


def test_long_message_ids_stay_verbatim() -> None:
    """Outlook's are often longer than 77 characters, where `EmailMessage` makes encoded words of them."""
    parent, older = f"<{'x' * 200}@prod.outlook.com>", tuple(f"<{'y' * 150}.{number}@ref.test>" for number in range(9))
    letter = written(in_reply_to=parent, references=(*older, parent))
    assert f"In-Reply-To: {parent}\r\n".encode() in letter.content
    for one in (*older, parent):
        assert one.encode() in letter.content
    top = message_from_bytes(letter.content)
    assert top["In-Reply-To"] == parent
    assert top["References"].split() == [*older, parent]
    assert parsed(letter)["References"].split() == [*older, parent]


def test_the_parent_comes_last_in_references() -> None:
    top = message_from_bytes(written(in_reply_to="<b@x>", references=("<a@x>", "<b@x>", "<c@x>")).content)
    assert top["References"].split() == ["<a@x>", "<c@x>", "<b@x>"]
    assert message_from_bytes(written(in_reply_to="<b@x>").content)["References"] == "<b@x>"
    assert "References" not in message_from_bytes(written().content)


BODIES = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=3_000)


@settings(max_examples=150)
@given(BODIES)
def test_any_text_comes_back_whole(text: str) -> None:
    made = draft(text="begin\n" + text + "\nend", kind=Letter.REPLY)
    words = render(made)
    letter = compose(made, words)
    body = parsed(letter).get_body(("plain",))
    assert body
    assert body.get_content().replace("\r\n", "\n") == words.text
    assert max(map(len, letter.content.split(b"\r\n"))) <= 998


ODD = st.text(alphabet='\r\n.\t \x0b\x0c\x1c\x85\u2028\0\x1ba=?<>"&é😀', max_size=40)
FILES = st.builds(lambda name, content, inline: File(name, "text/plain", content, "a@b", inline=inline), ODD,
                  st.binary(max_size=200), st.booleans())  # fmt: skip


@settings(max_examples=150)
@given(st.sampled_from(Letter), st.lists(ODD, min_size=5, max_size=5), st.none() | ODD, st.lists(FILES, max_size=2))
def test_no_lone_cr_or_lf_leaves_us(kind: Letter, said: list[str], html: str | None, files: list[File]) -> None:
    """Case 3 of the attack catalogue, outbound: whatever people wrote, nobody can take our letter for two."""
    name, title, text, parent, older = said
    person, html = Person(name, "maria@example.org"), html and "<p>x" + html
    letter = written(
        kind=kind, title=title, text="x" + text, html=html, recipient=person, organization=name, author=person,
        in_reply_to=parent, references=(older, parent), files=tuple(files), left_out=(name,),
    )  # fmt: skip
    assert not set(b"\r\n\0") & set(letter.content.replace(b"\r\n", b""))
    assert letter.content.endswith(b"\r\n")


SHOWN = {"From", "To", "Subject", "Thread-Topic"}  # what people wrote stands in these, and in no other
ANYTHING = st.text(max_size=60) | ODD | st.sampled_from(HOSTILE)


def fixed(letter: Written) -> list[tuple[str, str]]:
    return [(name, value) for name, value in message_from_bytes(letter.content).raw_items() if name not in SHOWN]


@settings(max_examples=150)
@given(st.sampled_from(Letter), st.lists(ANYTHING, min_size=6, max_size=6), st.lists(ODD | st.text(), max_size=3))
def test_what_people_write_adds_no_header_and_changes_only_those_that_show_it(
    kind: Letter, said: list[str], cited: list[str]
) -> None:
    name, title, text, sender, organization, reason = said
    about = {"ticket": draft().id, "unsubscribe": draft().reply_to if kind is Letter.REPLY else ""}
    letter = written(
        kind=kind, title=title, text=f"x{text}", recipient=Person(name, "maria@example.org"), organization=organization,
        author=Person(name, "anna@demo.test"), sender=Person(sender, "support@demo.test"), reason=reason, note=reason,
        since=reason, references=tuple(cited), **about,
    )  # fmt: skip
    citations = [one for one in fixed(letter) if one[0] == "References"]
    assert fixed(written(kind=kind, **about)) == [one for one in fixed(letter) if one[0] != "References"]
    assert all(one in cited for _, value in citations for one in value.split())
    assert {name.lower() for name in message_from_bytes(letter.content)} <= {one.lower() for one in ALLOWED}
    top = parsed(letter)
    assert [one.addr_spec for header in ("From", "To") for one in top[header].addresses] == [
        "support@demo.test",
        "maria@example.org",
    ]


AWKWARD = (".", "From me", "a" * 5_000, "ü" * 5_000, ".\n" * 50, "trailing \nspace", "--=_postern.x", "=_", "…\t")


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_texts(text: str) -> None:
    made = draft(text=text)
    words = render(made)
    body = parsed(compose(made, words)).get_body(("plain",))
    assert body
    assert body.get_content().replace("\r\n", "\n") == words.text


def test_files_travel_and_images_stay_in_the_html() -> None:
    image = File("logo.png", "image/png", b"\x89PNG" * 100, "logo@x", inline=True)
    paper = File("Rechnung für März.pdf", "application/pdf", b"%PDF" + bytes(range(256)) * 40)
    unused = File("sig.png", "image/png", b"\x89PNG", "unused@x", inline=True)
    top = parsed(written(html='<p>Look: <img src="cid:logo@x"></p>', files=(image, paper, unused)))
    assert top.get_content_type() == "multipart/mixed"
    both, *files = top.iter_parts()
    assert [(part.get_filename(), part.get_content_disposition()) for part in files] == [
        ("Rechnung für März.pdf", "attachment"),
        ("sig.png", "attachment"),
    ]
    assert files[0].get_content() == paper.content
    assert both.get_content_type() == "multipart/alternative"
    plain, related = both.iter_parts()
    assert (plain.get_content_type(), related.get_content_type()) == ("text/plain", "multipart/related")
    html, shown = related.iter_parts()
    assert html.get_content_type() == "text/html"
    assert (shown["Content-ID"], shown.get_content()) == ("<logo@x>", image.content)


@pytest.mark.parametrize("kind", ["multipart/mixed", "message/rfc822", "text/plain; charset=x", "x", "a/b\r\nX: y", ""])
def test_a_file_of_no_honest_type_is_just_bytes(kind: str) -> None:
    top = parsed(written(files=(File("a", kind, b"data"),)))
    assert [part.get_content_type() for part in top.iter_attachments()] == ["application/octet-stream"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/cron.d/x", "_.._etc_cron.d_x"),
        ("C:\\a\\b.exe", "C:_a_b.exe"),
        ("\u202egpj.exe", "gpj.exe"),
        ("a\x00b.txt", "a b.txt"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ('a"; x=y.pdf', 'a"; x=y.pdf'),
    ],
)
def test_a_file_name_is_a_display_string(name: str, shown: str) -> None:
    assert file_name(name) == shown
    (part,) = parsed(written(files=(File(name, "text/plain", b"x"),))).iter_attachments()
    assert part.get_filename() == shown


@pytest.mark.parametrize("name", ["ü" * 5_000 + ".pdf", "a" * 5_000 + ".pdf", "a." + "b" * 5_000])
def test_a_long_file_name_is_cut_before_its_ending(name: str) -> None:
    shown = file_name(name)
    assert len(shown.encode()) <= 180
    assert shown.endswith(".pdf") == name.endswith(".pdf")
    (part,) = parsed(written(files=(File(name, "text/plain", b"x"),))).iter_attachments()
    assert part.get_filename() == shown


def test_an_international_recipient() -> None:
    ascii_host = written(recipient=Person("", "x@bücher.example"))
    assert (ascii_host.recipient, ascii_host.utf8) == ("x@xn--bcher-kva.example", False)
    letter = written(recipient=Person("Jürgen", "jürgen@example.org"))
    assert letter.utf8
    assert "<jürgen@example.org>".encode() in letter.content


@pytest.mark.parametrize(
    ("what", "broken"),
    [
        ("not on the list", lambda good: good.replace(b"\r\nDate:", b"\r\nBcc: v@x.test\r\nDate:", 1)),
        ("twice", lambda good: good.replace(b"\r\nDate:", b"\r\nSubject: x\r\nDate:", 1)),
        ("missing", lambda good: good.replace(b"\r\nReply-To:", b"\r\nReferences:", 1)),
        ("not meant", lambda good: good.replace(b"Subject: Re", b"Subject: Xe", 1)),
        ("bare CR or LF", lambda good: good.replace(b"\r\n", b"\n", 1)),
        ("bare CR or LF", lambda good: good + b"\r"),
        ("a NUL", lambda good: good + b"\0"),
        ("above 127", lambda good: good + b"\xff"),
        ("998", lambda good: good + b"x" * 999),
        ("ends too early", lambda good: good.replace(b"\r\nDate:", b"\r\nwhat\r\nDate:", 1)),
        ("not on the list", lambda good: good.replace(b"Content-Transfer-Encoding", b"X-Evil", 1)),
        ("twice", lambda good: good.replace(b"Content-Transfer-Encoding", b"Content-Type", 1)),
    ],
)
def test_a_broken_letter_is_caught_before_the_wire(what: str, broken: object) -> None:
    assert callable(broken)
    made = draft()
    headers = _meant(made)
    good = written().content
    check(good, headers)
    with pytest.raises(Permanent, match=what):
        check(broken(good), headers)


def test_the_check_catches_what_cleaning_would_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "unstructured", lambda value, _name: value)
    made = draft()
    with pytest.raises(Permanent, match="not on the list"):
        compose(made, replace(render(made), subject="x\r\nBcc: victim@x.test"))


@pytest.mark.parametrize("message_id", ["", "a@b", "<a@b>\r\nBcc: x@y", "<a b@c>", "<a>"])
def test_a_message_id_that_is_none(message_id: str) -> None:
    with pytest.raises(Permanent):
        written(message_id=message_id)


def test_base64_of_files_is_cut_into_short_lines() -> None:
    content = bytes(range(256)) * 1_000
    letter = written(files=(File("a.bin", "application/x-thing", content),))
    encoded = letter.content.rpartition(b'filename="a.bin"\r\n\r\n')[2].partition(b"\r\n--")[0]
    assert max(map(len, encoded.split(b"\r\n"))) <= 76
    assert b64decode(encoded) == content


def _meant(made: object) -> tuple[tuple[str, str], ...]:
    top = message_from_bytes(written().content)
    assert made
    return tuple((name, str(value)) for name, value in top.raw_items())

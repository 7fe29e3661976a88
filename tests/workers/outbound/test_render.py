import pytest

from models.outgoing import Letter
from tests.workers.outbound.drafts import HOSTILE, draft
from workers.errors import Permanent
from workers.inbound.reply import REPLY_MARKER
from workers.outbound.letter import File, Person
from workers.outbound.render import LETTERS, MARKER, environment, quote, render, templates, title


@pytest.mark.parametrize("kind", Letter)
@pytest.mark.parametrize("evil", HOSTILE)
def test_every_letter_renders_whatever_people_write(kind: Letter, evil: str) -> None:
    person = Person(evil, "a@b.test")
    said = {
        "title": evil,
        "text": evil,
        "organization": evil,
        "reason": evil,
        "note": evil,
        "since": evil,
        "until": evil,
    }
    words = render(draft(kind=kind, recipient=person, author=person, **said))
    assert words.subject == " ".join(words.subject.split())
    assert "Undefined" not in words.text + words.html
    assert "<img src=x" not in words.html
    assert "49" not in words.text + words.html.replace("#15494", "")
    for control in "\r\x00\x0b\u202e\u2066":
        assert control not in words.text + words.html


def test_data_is_never_compiled() -> None:
    words = render(draft(kind=Letter.ACKNOWLEDGEMENT, text="{{ 7*7 }} {% raw %}", title="{{ config }}"))
    assert "{{ 7*7 }} {% raw %}" in words.text
    assert words.subject == "Re: {{ config }} [DEMO-2026-11-00001]"


def test_html_escapes_what_text_prints_as_it_is() -> None:
    words = render(draft(kind=Letter.NOTIFICATION, author=Person("<b>O'Neil</b> & Co", "o@x.test"), text="a < b\n  c"))
    assert "<b>O'Neil</b> & Co <o@x.test>" in words.text
    assert "&lt;b&gt;O&#39;Neil&lt;/b&gt; &amp; Co" in words.html
    assert "a &lt; b<br>\n&nbsp; c" in words.html


@pytest.mark.parametrize("kind", Letter)
def test_letters_that_may_be_answered_begin_with_the_marker(kind: Letter) -> None:
    words = render(draft(kind=kind))
    assert words.text.startswith(MARKER + "\n")
    assert words.html.index(MARKER) < words.html.index('class="sheet')
    assert (LETTERS / "_base" / "marker.txt").read_text() == MARKER + "\n"
    assert MARKER == REPLY_MARKER


def test_a_digest_may_be_answered_though_it_is_about_no_ticket() -> None:
    said = ("1. carol@x.test, Mon 30 Nov 08:00", "<b>Watches</b>", "spam score 0.97")
    words = render(draft(kind=Letter.DIGEST, number="", title="", lines=said))
    assert words.text.startswith(MARKER + "\n")
    assert words.html.index(MARKER) < words.html.index('class="sheet')
    assert words.subject == "1 new in the quarantine of Demo"
    assert '1. carol@x.test, Mon 30 Nov 08:00\n   "<b>Watches</b>"\n   why: spam score 0.97\n' in words.text
    assert "&lt;b&gt;Watches" in words.html


@pytest.mark.parametrize("kind", [Letter.BROKEN, Letter.WELL, Letter.VERIFICATION])
def test_letters_about_no_ticket_name_none(kind: Letter) -> None:
    words = render(draft(kind=kind, number="", title=""))
    assert MARKER not in words.text + words.html
    assert "[" not in words.subject + words.text + words.html.replace("[if", "")
    assert words.text.endswith("\n\nDemo\n")
    assert ">Demo<" in "".join(words.html.split())


def test_a_command_in_a_letter_is_one_word_of_a_shell() -> None:
    words = render(draft(kind=Letter.BROKEN, number="", sender=Person("", "a`reboot`@demo.test")))
    assert "postern mailbox test 'a`reboot`@demo.test'\n" in words.text


def test_each_letter_has_its_three_files() -> None:
    for kind in Letter:
        found = {path.name for path in (LETTERS / kind).iterdir()}
        assert found == {"subject.txt", "body.txt", "body.html"}


def test_a_letter_that_nobody_designed_fails_by_itself() -> None:
    with pytest.raises(Permanent, match="TemplateNotFound"):
        render(draft(kind="../../secrets"))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Re: Printer", "Printer"),
        ("RE: AW: re[2]: Printer [DEMO-2026-11-00001]", "Printer"),
        ("Fwd: Printer", "Fwd: Printer"),
        ("Printer re: ink", "Printer re: ink"),
        ("", "(no subject)"),
        ("Re:", "(no subject)"),
    ],
)
def test_a_subject_is_the_same_in_every_letter_of_a_ticket(said: str, shown: str) -> None:
    assert title(said, "DEMO-2026-11-00001") == shown
    again = render(draft(title=said)).subject
    assert title(again, "DEMO-2026-11-00001") == shown


def test_an_acknowledgement_quotes_little_and_carries_no_link() -> None:
    text = "Win now: https://spam.example/x and WWW.spam.example\n" + "line\n" * 50
    assert quote(text).splitlines() == ["> Win now: [link] and [link]", *["> line"] * 5, "> …"]
    words = render(draft(kind=Letter.ACKNOWLEDGEMENT, text=text))
    assert "spam.example" not in words.text + words.html
    assert quote("short") == "> short"
    assert len(quote("x" * 10_000)) < 410


def test_a_quotation_of_our_letter_is_not_passed_on() -> None:
    quoting = f"<p>Pull the plug.</p><blockquote><p>{MARKER.replace(' ', chr(10))}</p>Reply to this mail</blockquote>"
    words = render(draft(html=quoting))
    assert "blockquote" not in words.html
    assert "please pull the plug" in words.html
    assert "<p>Pull the plug.</p>" in render(draft(html="<p>Pull the plug.</p>")).html


def test_nobodys_signed_address_is_passed_on() -> None:
    address = f"support+R{'a' * 38}@demo.test"
    words = render(draft(text=f"On Monday {address} wrote:", html=f"<p>{address}</p>"))
    assert "aaaa" not in words.text + words.html
    assert "support@demo.test" in words.text


def test_an_answer_with_nothing_in_it_is_not_sent() -> None:
    with pytest.raises(Permanent, match="nothing"):
        render(draft(text=" \n"))
    assert render(draft(text="", files=(File("a.txt", "text/plain", b"x"),)))


def test_the_sandbox_sees_plain_values_only_and_compiles_once() -> None:
    assert templates(Letter.REPLY) is templates(Letter.REPLY)
    with pytest.raises(Exception, match="unsafe"):
        environment().from_string("{{ ''.__class__.__mro__ }}").render()
    with pytest.raises(Exception, match="undefined"):
        environment().from_string("{{ nothing }}").render()

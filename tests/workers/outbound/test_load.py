from datetime import timedelta
from uuid import UUID

import pytest

from models.database import transaction
from models.marks import loop_mark, read_tag, tag_of
from models.outgoing import Letter
from tests.conftest import Tenant
from tests.workers.outbound.outbox import Desk, open_desk
from workers.outbound import load as module
from workers.outbound.claims import claim
from workers.outbound.letter import Person
from workers.outbound.load import Claimed, load, with_files

LEASE = timedelta(seconds=60)


@pytest.fixture
def desk(tenant: Tenant) -> Desk:
    return open_desk(tenant)


def loaded(desk: Desk, *letters: UUID) -> list[Claimed]:
    with transaction() as connection:
        claim(connection, letters, LEASE)
    with transaction(desk.tenant.id) as connection:
        return load(connection, desk.tenant.id, letters)


def test_a_letter_knows_all_it_is_made_of(desk: Desk) -> None:
    letter = desk.queue(context={"in_reply_to": "<a@b>", "references": ["<0@b>", "<a@b>"], "reason": "r", "note": "n"})
    (found,) = loaded(desk, letter)
    draft, tenant = found.draft, desk.tenant
    assert (found.attempt, found.interrupted, found.stored) == (1, 0, ())
    assert timedelta() <= found.age < timedelta(minutes=1)
    assert (draft.recipient, draft.sender) == (
        Person("Maria Berg", "maria@example.org"),
        Person("Ann Agent", tenant.address),
    )
    assert draft.author == Person("Ann Agent", tenant.agent_address)
    assert (draft.organization, draft.title, draft.text) == (
        tenant.slug.upper(),
        "My printer burns",
        "Please pull the plug.",
    )
    assert draft.number.startswith("TST-")
    assert (draft.in_reply_to, draft.references, draft.reason, draft.note) == ("<a@b>", ("<0@b>", "<a@b>"), "r", "n")
    handle = desk.row(letter)["handle"]
    assert read_tag(tag_of(draft.reply_to), tenant.id) == ("r", handle)
    assert read_tag(tag_of(draft.return_path), tenant.id) == ("b", handle)
    assert draft.loop == loop_mark(tenant.id)


def test_a_letter_about_no_ticket_gives_out_no_reply_address(desk: Desk) -> None:
    context = {"reason": "r", "since": "s", "until": "u"}
    (found,) = loaded(desk, desk.queue(Letter.BROKEN, ticket_id=None, comment_id=None, sender_name="", context=context))
    draft, tenant = found.draft, desk.tenant
    assert (draft.number, draft.title, draft.text, draft.author) == ("", "", "", Person("", ""))
    assert draft.reply_to == draft.sender.address == tenant.address
    assert read_tag(tag_of(draft.return_path), tenant.id)
    assert (draft.reason, draft.since, draft.until) == ("r", "s", "u")


def test_a_question_is_answered_to_its_signed_address_and_nothing_comes_back_of_it(desk: Desk) -> None:
    letter = desk.queue(Letter.VERIFICATION, ticket_id=None, comment_id=None)
    (found,) = loaded(desk, letter)
    assert read_tag(tag_of(found.draft.reply_to), desk.tenant.id) == ("r", desk.row(letter)["handle"])
    assert found.draft.return_path == ""


def test_an_acknowledgement_has_the_null_path_and_the_mailboxs_name(desk: Desk) -> None:
    (found,) = loaded(desk, desk.queue(Letter.ACKNOWLEDGEMENT, sender_name=""))
    assert (found.draft.return_path, found.draft.sender.name) == ("", "Support")


@pytest.mark.parametrize(
    "context", [{}, {"in_reply_to": None, "references": None}, {"references": [1, "<a@b>"]}, [], "x"]
)
def test_a_context_of_another_shape_harms_nothing(desk: Desk, context: object) -> None:
    (found,) = loaded(desk, desk.queue(context=context))
    assert found.draft.in_reply_to is None


@pytest.mark.parametrize(
    ("letter", "seen"),
    [(Letter.REPLY, ""), (Letter.ACKNOWLEDGEMENT, ""), (Letter.HELD, "secret"), (Letter.NOTIFICATION, "secret")],
)
def test_an_internal_note_is_not_even_read_for_a_customer(desk: Desk, letter: Letter, seen: str) -> None:
    desk.change("UPDATE ticket_comments SET is_internal = true, text = 'secret', html = 'secret' WHERE org_id = :org")
    desk.attach("secret.pdf", b"secret")
    (found,) = loaded(desk, desk.queue(letter))
    assert (found.draft.text, found.draft.html or "") == (seen, seen)
    assert bool(found.stored) == (letter is Letter.NOTIFICATION)


def test_html_that_holds_more_than_the_cut_text_stays_here(desk: Desk) -> None:
    desk.change("UPDATE ticket_comments SET html = '<p>whole</p>' WHERE org_id = :org")
    (whole,) = loaded(desk, desk.queue())
    desk.change("UPDATE ticket_comments SET full_text = text || ' and a quotation' WHERE org_id = :org")
    (cut,) = loaded(desk, desk.queue())
    assert (whole.draft.html, cut.draft.html) == ("<p>whole</p>", None)


def test_files_come_in_order_and_the_largest_stay_behind(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_FILE_BYTES", 100)
    desk.attach("second.pdf", b"2" * 30, position=2)
    desk.attach("first.png", b"1" * 60, position=1, content_type="image/png", content_id="x@y", is_inline=True)
    desk.attach("large.pdf", b"3" * 50, position=3)
    (found,) = loaded(desk, desk.queue())
    assert (found.file_bytes, found.draft.left_out) == (90, ("large.pdf",))
    with transaction(desk.tenant.id) as connection:
        files = with_files(connection, desk.tenant.id, found).files
    assert [(file.name, file.content, file.content_type, file.content_id, file.inline) for file in files] == [
        ("first.png", b"1" * 60, "image/png", "x@y", True),
        ("second.pdf", b"2" * 30, "application/pdf", None, False),
    ]


def test_an_acknowledgement_sends_nobodys_files_back(desk: Desk) -> None:
    desk.attach("mine.pdf", b"x")
    (found,) = loaded(desk, desk.queue(Letter.ACKNOWLEDGEMENT))
    assert found.stored == ()


def test_only_what_is_being_sent_is_loaded_and_nothing_of_a_neighbour(desk: Desk, neighbour: Tenant) -> None:
    waiting, theirs = desk.queue(), open_desk(neighbour).queue()
    with transaction(desk.tenant.id) as connection:
        assert load(connection, desk.tenant.id, [waiting, theirs]) == []
    with transaction() as connection:
        claimed = claim(connection, [waiting, theirs], LEASE)
    assert claimed == {desk.tenant.id: [waiting], neighbour.id: [theirs]}
    with transaction(desk.tenant.id) as connection:
        assert [one.draft.id for one in load(connection, desk.tenant.id, [waiting, theirs])] == [waiting]
        assert load(connection, neighbour.id, [theirs]) == []


INDEX = "AdxaAQIDAAECAwQFBgcICQoLDA0ODw=="


@pytest.mark.parametrize(
    ("letter", "index"), [(Letter.REPLY, INDEX), (Letter.ACKNOWLEDGEMENT, INDEX), (Letter.NOTIFICATION, "")]
)
def test_letters_to_customers_go_on_with_their_own_thread_index(desk: Desk, letter: Letter, index: str) -> None:
    desk.change(
        "INSERT INTO ticket_comments (org_id, ticket_id, author_id, sender_type, text, metadata) VALUES"
        " (:org, :ticket, :customer, 'customer', 'x', jsonb_build_object('thread_index', CAST(:index AS text)))",
        ticket=desk.ticket,
        customer=desk.customer,
        index=INDEX,
    )
    (found,) = loaded(desk, desk.queue(letter))
    assert (found.draft.thread_index, found.draft.ticket) == (index, desk.ticket)


def test_only_who_takes_part_beside_the_requester_may_leave(desk: Desk) -> None:
    agent = {"profile_id": desk.tenant.agent}
    for letter, changes, leaves in (
        (Letter.REPLY, agent, True),
        (Letter.REPLY, {}, False),
        (Letter.NOTIFICATION, agent, False),
        (Letter.BROKEN, agent | {"ticket_id": None, "comment_id": None}, False),
    ):
        queued = desk.queue(letter, **changes)
        (found,) = loaded(desk, queued)
        tag = tag_of(found.draft.unsubscribe)
        assert read_tag(tag, desk.tenant.id) == (("u", desk.row(queued)["handle"]) if leaves else None)
        assert found.draft.one_click == ""

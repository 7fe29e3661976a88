"""What is kept of a person is handed out as a whole, and erased so that nothing of it is found anywhere."""

import json
from base64 import b64encode
from pathlib import Path
from zipfile import ZipFile

import pytest

from models.settings import Settings
from tests.conftest import Tenant
from tests.gateway.cli.canaries import Canaries, a_life, mail, standing
from tests.gateway.cli.desk import Desk, change, rows, store
from workers.clock.task import count, index
from workers.inbound.task import receive
from workers.outbound.task import send

FEWEST = 28
CARLA = "carla@customer.test"
OF_THE_STAFF = {
    "note", "held", "command", "relay", "receiver", "metadata", "quarantine", "signature", "token", "said to another",
    "cited",
}  # fmt: skip
SAID_ON = (
    "SELECT c.text FROM ticket_comments c JOIN tickets t ON t.id = c.ticket_id WHERE t.title = :it"
    " ORDER BY c.created_at"
)


def prove(instance: Settings, tenant: Tenant, desk: Desk, mails: int) -> None:
    """Plant, find all of it, try, erase, find none."""
    word = Canaries()
    address = a_life(tenant, desk, word, mails)
    everywhere = set(word.planted.values())
    assert len(everywhere) >= FEWEST
    assert set(standing(instance, word.planted)) == everywhere
    tried = desk.json("person", "erase", address, "--org", tenant.slug)
    assert set(standing(instance, word.planted)) == everywhere, "it was only tried"
    done = desk.json("person", "erase", address, "--org", tenant.slug, "--yes")
    assert standing(instance, word.planted) == {}
    assert (tried["done"], done["done"], done["left"]) == (False, True, [])
    assert (tried["tables"], tried["files"]) == (done["tables"], done["files"])
    index()
    count()
    assert standing(instance, word.planted) == {}


def test_nothing_of_an_erased_person_is_found(instance: Settings, tenant: Tenant, desk: Desk) -> None:
    """In no table, no captured letter, no log and not in Redis; what was tried before said how much."""
    prove(instance, tenant, desk, 15)


@pytest.mark.long
def test_nothing_of_somebody_who_wrote_a_thousand_mails_is_found(
    instance: Settings, tenant: Tenant, desk: Desk
) -> None:
    """As above."""
    prove(instance, tenant, desk, 1000)


def test_what_others_said_and_what_was_counted_stays(tenant: Tenant, neighbour: Tenant, desk: Desk) -> None:
    """The other customer, the other organization, numbers and times."""
    for its in (neighbour, tenant):
        olgas = mail("Olga <olga@other.test>", "Mine", "Keep this", file=("a.txt", "shared"))
        receive([str(store(its, olgas))])
    address = a_life(tenant, desk, Canaries(), 3)
    receive([str(store(tenant, mail(f"Carla <{address}>", "Too", "x", file=("b.txt", "shared"))))])
    before = rows(tenant, "SELECT number, status, created_at FROM tickets ORDER BY id")
    desk.json("person", "erase", address, "--org", tenant.slug, "--yes")
    assert rows(tenant, "SELECT number, status, created_at FROM tickets ORDER BY id") == before
    assert rows(tenant, SAID_ON, it="Mine") == [("Keep this",)]
    assert rows(tenant, SAID_ON, it="Hers") == [("Hello",), ("[erased]",), ("You wrote:\n[erased]\nNo, [redacted].",)]
    assert len(rows(tenant, "SELECT 1 FROM blobs WHERE sha256 = sha256('shared') AND content = 'shared'")) == 1
    assert len(rows(neighbour, "SELECT 1 FROM raw_mail WHERE content <> ''")) == 1
    person = "SELECT name, email FROM profiles WHERE erased_at IS NOT NULL AND deleted_at IS NOT NULL"
    assert rows(tenant, person) == [("[erased]", None)]
    assert len(rows(tenant, "SELECT 1 FROM audit_log WHERE noun = 'profiles' AND action = 'erase'")) == 1


def test_an_erased_mail_keeps_its_digest_and_is_not_released(tenant: Tenant, desk: Desk) -> None:
    """So that it is not filed once more when it is fetched again from where it still lies."""
    organization = ("--org", tenant.slug)
    receive([str(store(tenant, mail(f"Carla <{CARLA}>", "Once", "x")))])
    unfiled = store(tenant, mail(f"Carla <{CARLA}>", "Twice", "x"))
    before = rows(tenant, "SELECT id, digest, size FROM raw_mail ORDER BY id")
    desk.json("person", "erase", CARLA, *organization, "--yes")
    assert rows(tenant, "SELECT id, digest, size FROM raw_mail ORDER BY id") == before
    assert rows(tenant, "SELECT stage, content FROM raw_mail ORDER BY id") == [("filed", b""), ("dropped", b"")]
    assert "nothing left to file" in desk.refuses("quarantine", "release", str(unfiled))


def test_a_legal_hold_refuses(tenant: Tenant, desk: Desk) -> None:
    """On the person, on one of their tickets, on everything; until it is lifted."""
    receive([str(store(tenant, mail(f"Carla <{CARLA}>", "Once", "x")))])
    organization = ("--org", tenant.slug)
    (ticket,) = desk.json("ticket", "list", *organization)
    for on in (("--person", CARLA.upper()), ("--ticket", ticket["number"]), ()):
        held = desk.json("hold", "place", "--reason", "A lawsuit", *on, *organization)
        for words in (("person", "erase", CARLA), ("ticket", "redact", ticket["number"], "--span", "Once")):
            said = desk.refuses(*words, *organization, "--yes")
            assert "there is a legal hold since 20" in said
            assert "A lawsuit" in said
        assert desk.json("hold", "lift", held["id"][-8:], *organization)["lifted_at"]
    assert len(desk.json("hold", "list", *organization)) == len({"person", "ticket", "organization"})
    assert "no standing hold" in desk.refuses("hold", "lift", held["id"], *organization)
    assert desk.json("person", "erase", CARLA, *organization, "--yes")["done"]
    assert "nobody in" in desk.refuses("person", "erase", CARLA, *organization)


def test_staff_is_erased_and_what_they_answered_stays(tenant: Tenant, desk: Desk, number: str) -> None:
    """The last admin is not."""
    organization = ("--org", tenant.slug)
    desk.json("ticket", "reply", number, "--text", "Use water", *organization)
    desk.json("person", "erase", tenant.agent_address, *organization, "--yes")
    shown = desk.json("ticket", "show", number, *organization)
    assert [(one["author"], one["author_name"]) for one in shown["comments"]] == [
        (CARLA, "Carla Customer"), (None, "[erased]"),
    ]  # fmt: skip
    assert shown["comments"][1]["text"] == "Use water"
    desk.json("agent", "add", f"boss@{tenant.domain}", "--admin", *organization)
    assert "keeps an admin" in desk.refuses("person", "erase", f"boss@{tenant.domain}", *organization, "--yes")


def test_a_letter_or_mail_that_is_on_its_way_is_waited_for(tenant: Tenant, desk: Desk) -> None:
    """Else a copy could be written after everything was erased."""
    receive([str(store(tenant, mail(f"Carla <{CARLA}>", "Once", "x")))])
    change(tenant, "UPDATE outgoing SET state = 'sending', leased_until = now() + interval '1 minute'")
    assert "being sent in this moment" in desk.refuses("person", "erase", CARLA, "--org", tenant.slug, "--yes")
    change(tenant, "UPDATE outgoing SET state = 'captured', leased_until = NULL")
    waits = store(tenant, mail(f"Carla <{CARLA}>", "Twice", "x"))
    change(tenant, "UPDATE raw_mail SET leased_until = now() + interval '1 minute' WHERE id = :it", it=waits)
    assert "being filed in this moment" in desk.refuses("person", "erase", CARLA, "--org", tenant.slug, "--yes")


def test_an_export_holds_everything_but_what_is_the_staffs_own(tenant: Tenant, desk: Desk, tmp_path: Path) -> None:
    """As a document, mails and files that any program opens."""
    word, target = Canaries(), tmp_path / "carla.zip"
    address = a_life(tenant, desk, word, 2)
    words = ("person", "export", address, "--to", str(target), "--org", tenant.slug)
    made = desk.json(*words)
    assert (made["tickets"], made["mails"], made["files"]) == (2, 3, 2)
    with ZipFile(target) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    everything = b"\0".join((*content.values(), *map(str.encode, content)))
    there = {where for it, where in word.planted.items() if {it.encode(), b64encode(it.encode())} & _in(it, everything)}
    assert set(word.planted.values()) - there <= OF_THE_STAFF
    assert "note" not in there
    assert json.loads(content["person.json"])["person"]["addresses"] == [address]
    assert "exists" in desk.refuses(*words)
    assert len(rows(tenant, "SELECT 1 FROM audit_log WHERE action = 'export'")) == 1


def _in(word: str, everything: bytes) -> set[bytes]:
    return {it for it in (word.encode(), b64encode(word.encode())) if it in everything}


def test_a_span_is_redacted_wherever_it_stands(instance: Settings, tenant: Tenant, desk: Desk) -> None:
    """In texts, HTML, files, letters, histories and original mails of the ticket; and nothing else of it goes."""
    card, organization = "4111 1111 1111 1111", ("--org", tenant.slug)
    words, file = f"My card is 4111 1111\r\n1111 1111, thanks {'x' * 20}", ("card.txt", f"It is {card}!")
    html = words.replace("1111\r\n", "<b>1111</b> ")
    receive([str(store(tenant, mail(f"Carla <{CARLA}>", f"Card {card}", words, html=html, file=file)))])
    receive([str(store(tenant, mail("Olga <olga@other.test>", "Other", "x")))])
    (number,) = rows(tenant, "SELECT number FROM tickets WHERE title LIKE 'Card%'")[0]
    desk.json("ticket", "note", number, "--text", f"They sent {card}.", *organization)
    send([str(row.id) for row in rows(tenant, "SELECT id FROM outgoing")])
    desk.capture.readouterr()
    metadata = json.dumps({"card": [4111, card]})
    change(tenant, "UPDATE tickets SET metadata = CAST(:it AS jsonb) WHERE number = :of", it=metadata, of=number)
    index()
    tried = desk.json("ticket", "redact", number, "--span", card.lower(), *organization)
    assert standing(instance, {card: "card"}) != {}
    done = desk.json("ticket", "redact", number, "--span", card, *organization, "--yes")
    assert tried["tables"] == done["tables"]
    assert standing(instance, {card: "card", "1111 1111": "part"}) == {}
    shown = desk.json("ticket", "show", number, *organization)
    assert shown["subject"] == "Card [redacted]"
    said = [f"My card is [redacted], thanks {'x' * 20}", "They sent [redacted]."]
    assert [one["text"] for one in shown["comments"]] == said
    (found,) = rows(tenant, "SELECT metadata FROM tickets WHERE number = :of", of=number)
    assert found.metadata == {"card": [4111, "[redacted]"]}
    assert rows(tenant, "SELECT content <> '' FROM raw_mail ORDER BY id") == [(False,), (True,)]
    assert "4 characters or more" in desk.refuses("ticket", "redact", number, "--span", "a", *organization)
    for odd in (".*{2}", "(((a", "[a-z", "\\d\\d\\d", "a|b|c|", "^$^$", "***:abc", "%s%d %(a)s"):
        desk.json("ticket", "redact", number, "--span", odd, *organization, "--yes")
    assert [one["text"] for one in desk.json("ticket", "show", number, *organization)["comments"]] == said


def test_somebody_says_which_letters_they_want(desk: Desk, tenant: Tenant):
    words = ("person", "letters", tenant.agent_address, "daily", "--quiet", "22:00-07:00", "--org", tenant.slug)
    found = desk.json(*words)
    assert found == {"address": tenant.agent_address, "org": tenant.slug, "when": "daily", "quiet": "22:00-07:00"}
    (row,) = rows(tenant, "SELECT preferences FROM profiles WHERE id = :it", it=tenant.agent)
    assert row.preferences["letters"] == {"when": "daily", "quiet": ["22:00", "07:00"]}
    assert "is none of at_once" in desk.refuses("person", "letters", tenant.agent_address, "often", code=2)
    late = ("--quiet", "25:00-07:00")
    assert "is no span of hours" in desk.refuses("person", "letters", tenant.agent_address, "daily", *late, code=2)

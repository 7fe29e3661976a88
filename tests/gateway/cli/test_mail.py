"""Every mail that came in: found again, byte for byte, with the reasons for what became of it."""

from gateway.cli.mail import STAGES
from models.raw_mail import Stage
from models.settings import Settings
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, a_mail, file, run, store

LIST = {
    "id", "org", "mailbox", "received_at", "stage", "reason", "ticket", "digest", "size", "mail_from", "recipients",
    "attempts", "repeats",
}  # fmt: skip
SHOW = LIST | {"last_repeat_at", "peer", "helo", "protocol", "leased_until", "processed_at", "comment", "trace"}
EVERY_BYTE = b"Subject: raw\r\n\r\n" + bytes(range(256)) + b"\r\n.\r\nno newline at the end"


def test_a_listing_has_its_keys(tenant: Tenant, desk: Desk, number: str):
    (found,) = desk.json("mail", "list", "--org", tenant.slug)
    assert found.keys() == LIST
    assert (found["mailbox"], found["stage"], found["reason"], found["ticket"]) == (
        tenant.address,
        "filed",
        None,
        number,
    )
    assert (found["mail_from"], found["recipients"]) == ("carla@customer.test", [tenant.address])
    assert len(bytes.fromhex(found["digest"])) == 32


def test_a_listing_is_filtered_by_stage(tenant: Tenant, desk: Desk, number: str):
    del number
    waiting = store(tenant, a_mail())
    (found,) = desk.json("mail", "list", "--org", tenant.slug, "--stage", "received")
    assert (found["id"], found["ticket"]) == (str(waiting), None)
    assert len(desk.json("mail", "list", "--org", tenant.slug, "--stage", "received", "--stage", "filed")) == 2
    assert "is none of received" in desk.refuses("mail", "list", "--stage", "lost", code=2)


def test_the_help_names_every_stage():
    assert set(STAGES.replace(" or ", ", ").split(", ")) == set(Stage)


def test_a_mail_has_its_keys_and_its_trace(tenant: Tenant, desk: Desk, number: str):
    mail = file(tenant)
    shown = desk.json("mail", "show", str(mail))
    assert shown.keys() == SHOW
    assert (shown["peer"], shown["helo"], shown["protocol"]) == ("192.0.2.7", "h", "esmtp")
    assert shown["trace"]
    assert all(list(step) == ["step", "verdict", "reason"] for step in shown["trace"])
    assert shown["ticket"] != number
    page = desk("mail", "show", mail.hex[-12:]).out
    assert str(mail) in page
    assert shown["trace"][0]["reason"] in page


def test_the_bytes_come_back_exactly(instance: Settings, tenant: Tenant):
    mail = store(tenant, EVERY_BYTE)
    done = run("mail", "show", str(mail), "--raw", data=instance.home, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout, done.stderr) == (0, EVERY_BYTE, b"")


def test_bytes_and_document_are_two_questions(tenant: Tenant, desk: Desk):
    mail = store(tenant, a_mail())
    assert "--raw gives bytes" in desk.refuses("mail", "show", str(mail), "--raw", "--json", code=2)


def test_explain_prints_each_step(tenant: Tenant, desk: Desk):
    mail = file(tenant)
    told = desk.json("mail", "explain", str(mail))
    assert told.keys() == {"id", "mailbox", "received_at", "stage", "reason", "ticket", "trace"}
    page = desk("mail", "explain", str(mail)).out
    for step in told["trace"]:
        assert step["step"] in page
        assert step["reason"] in page


def test_nothing_is_explained_before_it_is_decided(tenant: Tenant, desk: Desk):
    mail = store(tenant, a_mail())
    assert "nothing is decided yet" in desk("mail", "explain", str(mail)).out
    assert desk.json("mail", "explain", str(mail))["trace"] == []

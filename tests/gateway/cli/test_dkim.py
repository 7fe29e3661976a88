"""Keys for letters from the desk: made, published, found in DNS, rotated, removed; a letter then verifies."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import dkim
import pytest

from gateway.cli import find
from gateway.cli.dkim.record import PUBLISHED, compare, zone
from models import seal_keys
from models.settings import settings
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk
from tests.name_server import NameServer
from tests.workers.outbound.outbox import open_desk
from tests.workers.outbound.test_load import loaded
from workers.outbound import signers
from workers.outbound.letter import Outcome
from workers.outbound.post import write

Records = list[dict[str, str]]


@contextmanager
def published(monkeypatch: pytest.MonkeyPatch, records: Records) -> Iterator[None]:
    """The records are in DNS, in strings as a name server has them."""
    lines = [zone(one["name"], one["value"]).replace("( ", "").replace(" )", "") for one in records]
    with NameServer(*lines, "elsewhere.test. A 192.0.2.1") as server:
        monkeypatch.setenv("POSTERN_NAME_SERVERS", server.place)
        settings.cache_clear()
        yield
        monkeypatch.delenv("POSTERN_NAME_SERVERS")
        settings.cache_clear()


@pytest.fixture
def states(tenant: Tenant, desk: Desk) -> Callable[[], dict[str, str]]:
    """The state of each key by its selector."""

    def read() -> dict[str, str]:
        return {one["selector"]: one["state"] for one in desk.json("dkim", "list", "--org", tenant.slug)}

    return read


def selector(record: dict[str, str]) -> str:
    return record["name"].partition(".")[0]


def verdict(tenant: Tenant, records: Records) -> list[bool]:
    """What dkimpy says of the signatures of a letter that is made now."""
    known = {f"{one['name']}.".encode(): one["value"].encode() for one in records}
    mail = open_desk_once(tenant)
    (found,) = loaded(mail, mail.queue())
    letter = write(found.draft)
    assert not isinstance(letter, Outcome)
    verifier, number = dkim.DKIM(letter.content), letter.content.count(b"DKIM-Signature:")
    return [verifier.verify(idx=one, dnsfunc=lambda name, **_: known.get(name, b"")) for one in range(number)]


def open_desk_once(tenant: Tenant) -> Any:
    if tenant.id not in DESKS:
        DESKS[tenant.id] = open_desk(tenant)
    return DESKS[tenant.id]


DESKS: dict[Any, Any] = {}


def test_a_key_signs_from_the_moment_its_record_is_there(
    tenant: Tenant, desk: Desk, monkeypatch: pytest.MonkeyPatch, states: Callable[[], dict[str, str]]
):
    records = desk.json("dkim", "add", tenant.domain.upper(), "--org", tenant.slug)
    assert [(one["type"], one["state"]) for one in records] == [("TXT", "waits")] * 2
    assert verdict(tenant, records) == []
    with published(monkeypatch, records[:1]):
        said = desk("dkim", "check", tenant.domain, "--org", tenant.slug)
    assert said.code == 1
    assert f"1 record(s) are not as they should be, the first {records[1]['name']}: no record" in said.err
    assert list(states().values()) == ["signs", "waits"]
    assert verdict(tenant, records) == [True]
    with published(monkeypatch, records):
        found = desk.json("dkim", "check", tenant.domain, "--org", tenant.slug)
    assert [(one["state"], one["dns"]) for one in found] == [("signs", PUBLISHED)] * 2
    assert verdict(tenant, records) == [True, True]


def test_after_a_rotation_the_old_key_stays_known_until_it_is_removed(
    tenant: Tenant, desk: Desk, monkeypatch: pytest.MonkeyPatch, states: Callable[[], dict[str, str]]
):
    where = ("--org", tenant.slug)
    old = desk.json("dkim", "add", tenant.domain, "--algorithm", "rsa-sha256", "--now", *where)
    assert verdict(tenant, old) == [True]
    new = desk.json("dkim", "rotate", tenant.domain, *where)
    assert states() == {selector(old[0]): "signs", selector(new[0]): "waits"}
    assert verdict(tenant, old) == [True], "until the new record is there the old key signs"
    with published(monkeypatch, old + new):
        desk.json("dkim", "check", tenant.domain, *where)
    assert states() == {selector(old[0]): "retired", selector(new[0]): "signs"}
    assert verdict(tenant, new) == [True]
    shown = [one["name"] for one in desk.json("dkim", "record", tenant.domain, *where)]
    assert shown == [old[0]["name"], new[0]["name"]]
    with published(monkeypatch, new):
        assert desk("dkim", "check", *where).code == 0, "the record of a retired key may go"
    assert desk.json("dkim", "remove", tenant.domain, selector(old[0]), *where) == desk.json("dkim", "list", *where)
    assert states() == {selector(new[0]): "signs"}


def test_keys_are_sealed_and_rotated_with_all_other_secrets(
    tenant: Tenant, desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
):
    ours = tuple(org for org in find.organizations() if org.id == tenant.id)
    monkeypatch.setattr(find, "organizations", lambda slug=None: ours)
    monkeypatch.setattr(seal_keys, "_path", lambda: tmp_path / "seal.json")
    records = desk.json("dkim", "add", tenant.domain, "--now", "--org", tenant.slug)
    assert desk.json("keys", "rotate")["sealed"] == 2
    assert desk.json("keys", "rotate")["forgotten"], "the first key is needed no more"
    signers._known.clear()
    assert verdict(tenant, records) == [True, True]


def test_what_is_printed_for_people(tenant: Tenant, desk: Desk):
    said = desk("dkim", "add", tenant.domain, "--org", tenant.slug).out
    rsa, ed25519, *_ = said.splitlines()
    assert f'._domainkey.{tenant.domain}. TXT ( "v=DKIM1; k=rsa; p=' in rsa
    assert '" "' in rsa, "no string of a record is longer than 255 bytes"
    assert "k=ed25519; p=" in ed25519
    assert f"postern dkim check {tenant.domain}" in said
    listed = desk("dkim", "list", "--org", tenant.slug).out
    assert "waits" in listed
    one = listed.splitlines()[1].split()[1]
    assert f"{one}._domainkey" in desk("dkim", "remove", tenant.domain, one, "--org", tenant.slug).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "no domain!"), "is no domain"),
        (("add", "x.test", "--algorithm", "rsa-sha1"), "is none of rsa-sha256, ed25519-sha256"),
        (("rotate", "unknown.test"), "`postern dkim add unknown.test` makes one"),
        (("record", "unknown.test"), "unknown.test has no key"),
        (("remove", "unknown.test", "s1"), "see `postern dkim list`"),
    ],
)
def test_what_is_refused(tenant: Tenant, desk: Desk, words: tuple[str, ...], said: str):
    answer = desk("dkim", *words, "--org", tenant.slug)
    assert answer.code in {1, 2}
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_a_domain_has_one_key_of_a_kind_until_it_is_rotated(tenant: Tenant, desk: Desk):
    desk.json("dkim", "add", tenant.domain, "--algorithm", "ed25519-sha256", "--org", tenant.slug)
    said = desk.refuses("dkim", "add", tenant.domain, "--org", tenant.slug)
    assert f"{tenant.domain} has a key for ed25519-sha256; `postern dkim rotate {tenant.domain}`" in said


def test_nothing_shows_a_secret(tenant: Tenant, desk: Desk):
    said = (("add", tenant.domain), ("list",), ("list", "--json"), ("record", tenant.domain))
    shown = [desk("dkim", *words, "--org", tenant.slug).out for words in said]
    assert not any("sealed" in one or "PRIVATE" in one for one in shown)


RSA, KEY = "rsa-sha256", "QUJD"


@pytest.mark.parametrize(
    ("texts", "algorithm", "verdict"),
    [
        (["v=DKIM1; k=rsa; p=QUJD"], RSA, PUBLISHED),
        (["p=QUJD"], RSA, PUBLISHED),  # RFC 6376 section 3.6.1: v and k have these values unless they are said
        (["v=DKIM1;p=QU JD ; t=s; n=ours"], RSA, PUBLISHED),
        (["v=DKIM1; k=ed25519; p=QUJD"], "ed25519-sha256", PUBLISHED),
        (["v=DKIM1; h=sha1:sha256; s=*; p=QUJD"], RSA, PUBLISHED),
        ([], RSA, "no record"),
        (["v=DKIM1; p=QUJD", "v=DKIM1; p=QUJE"], RSA, "2 records, of which verifiers take any"),
        (["v=DKIM1; p="], RSA, "the key is revoked there"),
        (["v=DKIM1; p=QUJE"], RSA, "another key"),
        (["v=DKIM1; p=QUJD"], "ed25519-sha256", "another key"),
        (["v=spf1 -all"], RSA, "a record of something else"),
        (["nonsense"], RSA, "a record of something else"),
        (["v=DKIM1; h=sha1; p=QUJD"], RSA, "it admits other uses only"),
        (["v=DKIM1; s=tlsrpt; p=QUJD"], RSA, "it admits other uses only"),
    ],
)
def test_what_the_name_servers_say(texts: list[str], algorithm: str, verdict: str):
    assert compare(texts, algorithm, KEY) == verdict

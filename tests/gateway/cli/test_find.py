"""What a command names is found in the right organization, or not at all."""

from uuid import UUID

import pytest

from gateway.cli import find
from gateway.cli.problems import Problem
from models.database import transaction
from models.settings import Settings
from models.tenancy import add_organization
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, a_mail, change, file, store

LISTING = "postern mail list"


def test_an_identifier_may_be_shortened_at_either_end(tenant: Tenant):
    mail = file(tenant)
    for piece in (str(mail), mail.hex, mail.hex.upper(), str(mail)[:-4], mail.hex[-12:], f" {str(mail)[-15:]} "):
        org, found = find.row("raw_mail", piece, LISTING)
        assert (org.slug, found) == (tenant.slug, mail)


@pytest.mark.parametrize("piece", ["", "abcde", "xyzxyz", "0" * 33, "' OR 1=1 --", "%%%%%%"])
def test_what_is_no_identifier_is_refused(instance: Settings, piece: str):
    del instance
    with pytest.raises(Problem, match="is no identifier"):
        find.row("raw_mail", piece, LISTING)


def test_an_unknown_identifier_names_the_listing(instance: Settings):
    del instance
    with pytest.raises(Problem, match=LISTING):
        find.row("raw_mail", "00000000", LISTING)


def test_a_piece_that_fits_several_is_refused(tenant: Tenant, neighbour: Tenant):
    """Both ends, and over organizations."""
    one, other = file(tenant), store(neighbour, a_mail())
    twin = UUID(int=one.int ^ 1 << 60)
    change(neighbour, "UPDATE raw_mail SET id = :twin WHERE id = :other", twin=twin, other=other)
    with pytest.raises(Problem, match="fits several"):
        find.row("raw_mail", one.hex[-10:], LISTING)
    assert find.row("raw_mail", str(one), LISTING)[1] == one


def test_a_number_is_found_in_any_case(number: str, tenant: Tenant):
    assert find.ticket(number.lower(), tenant.slug)[0].slug == tenant.slug


def test_a_number_of_several_organizations_needs_one_to_be_named(number: str, tenant: Tenant, neighbour: Tenant):
    file(neighbour)
    with pytest.raises(Problem, match="say which one with --org"):
        find.ticket(number)
    ours, theirs = find.ticket(number, tenant.slug), find.ticket(number, neighbour.slug)
    assert (ours[0].id, theirs[0].id) == (tenant.id, neighbour.id)
    assert ours[1] != theirs[1]


def test_a_number_of_another_organization_is_not_there(number: str, neighbour: Tenant):
    with pytest.raises(Problem, match=f"no ticket .* in organization '{neighbour.slug}'"):
        find.ticket(number, neighbour.slug)


def test_one_of_several_organizations_must_be_named(tenant: Tenant, neighbour: Tenant, desk: Desk):
    del tenant, neighbour
    assert "say which one with --org" in desk.refuses("mailbox", "add", "x@nowhere.test")


def test_an_unknown_organization_is_refused(desk: Desk):
    assert "there is no organization 'nobody'" in desk.refuses("ticket", "list", "--org", "nobody")


def test_rows_over_organizations_come_newest_first(tenant: Tenant, neighbour: Tenant, desk: Desk):
    mails = [file(one) for one in (tenant, neighbour, tenant)]
    listed = desk.json("mail", "list", "--limit", "3")
    assert [one["id"] for one in listed] == [str(mail) for mail in reversed(mails)]
    assert [one["org"] for one in listed] == [tenant.slug, neighbour.slug, tenant.slug]


def test_an_organization_without_anything_is_only_empty(instance: Settings, desk: Desk):
    del instance
    org = UUID("01a1fbca-0000-7000-8000-0000000000aa")
    with transaction(org) as connection:
        add_organization(connection, org, "Empty", "empty-find", "EMP")
    for noun in ("ticket", "mail", "outbox", "mailbox", "agent", "quarantine"):
        assert desk.json(noun, "list", "--org", "empty-find") == []
        assert desk(noun, "list", "--org", "empty-find").code == 0

"""A letter has one version for each mailbox and locale, and a subject of one line."""

from typing import Any

import pytest

from tests.conftest import Tenant
from tests.refusal import refused, write

WORD = (
    "INSERT INTO letter_templates (org_id, mailbox_id, letter, locale, subject, body_text)"
    " VALUES (:org, :box, :letter, :locale, :subject, 'Hello')"
)
GOOD: dict[str, Any] = {"letter": "acknowledgement", "locale": "de-AT", "subject": "[{{ number }}] Grüß Gott"}


def test_one_version_for_the_organization_and_one_for_each_mailbox(tenant: Tenant):
    for box in (None, tenant.mailbox):
        write(tenant, WORD, box=box, **GOOD)
        again = refused(tenant, WORD, box=box, **GOOD)
        assert again == "uq_letter_templates_org_id_mailbox_id_letter_locale"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "Hi\r\nBcc: everybody@x.test"),
        ("subject", "Hi\u0085there"),
        ("letter", "../../etc"),
        ("letter", ""),
        ("locale", "../en"),
        ("locale", "Deutsch"),
    ],
)
def test_what_a_header_or_a_path_could_be_made_of_is_refused(tenant: Tenant, field, value):
    assert refused(tenant, WORD, box=None, **{**GOOD, field: value}) == f"ck_letter_templates_{field}"


def test_another_organizations_mailbox_has_no_letter_here(tenant: Tenant, neighbour: Tenant):
    assert refused(tenant, WORD, box=neighbour.mailbox, **GOOD) == "fk_letter_templates_org_id_mailbox_id"


def test_a_mailboxs_letters_go_with_it(tenant: Tenant):
    for box in (None, tenant.mailbox):
        write(tenant, WORD, box=box, **GOOD)
    write(tenant, "DELETE FROM mailboxes WHERE id = :box", box=tenant.mailbox)
    assert write(tenant, "SELECT FROM letter_templates") == 1

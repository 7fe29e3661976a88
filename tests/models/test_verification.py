"""A question to an address lasts an hour, keeps no token and is nobody's to read but the worker's."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from models.database import transaction
from tests.conftest import Tenant
from tests.refusal import refused, write

ASK = "INSERT INTO email_verification_tokens (org_id, email, token_digest) VALUES (:org, :email, :digest)"


def test_it_lasts_an_hour(tenant: Tenant):
    write(tenant, ASK, email="a@x.test", digest=b"d" * 32)
    with transaction(tenant.id) as connection:
        row = connection.execute(text("SELECT * FROM email_verification_tokens")).one()
    assert (row.expires_at - row.created_at, row.attempts, row.used_at) == (timedelta(hours=1), 0, None)


def test_a_token_is_asked_once_in_an_organization_and_never_kept(tenant: Tenant, neighbour: Tenant):
    for one in (tenant, neighbour):
        write(one, ASK, email="a@x.test", digest=b"d" * 32)
    same = refused(tenant, ASK, email="b@x.test", digest=b"d" * 32)
    assert same == "uq_email_verification_tokens_org_id_token_digest"
    assert refused(tenant, ASK, email="b@x.test", digest=b"t") == "ck_email_verification_tokens_token_digest"
    assert refused(tenant, ASK, email="B@x.test", digest=b"e" * 32) == "ck_email_verification_tokens_email"


@pytest.mark.parametrize("role", ["admin", "agent", "customer"])
def test_nobody_but_the_worker_reads_it(tenant: Tenant, role):
    write(tenant, ASK, email="a@x.test", digest=b"d" * 32)
    assert write(tenant, "SELECT FROM email_verification_tokens", role=role) == 0

"""What was learnt about spam is counted by workers; an admin may look."""

from tests.conftest import Tenant
from tests.refusal import refused, write

LEARN = (
    "INSERT INTO spam_tokens AS t (org_id, token, spam, ham) VALUES (:org, :token, :spam, :ham)"
    " ON CONFLICT (org_id, token) DO UPDATE SET spam = t.spam + EXCLUDED.spam, ham = t.ham + EXCLUDED.ham"
)


def test_a_token_is_counted_in_one_row_of_each_organization(tenant: Tenant, neighbour: Tenant):
    for one in (tenant, neighbour, tenant):
        write(one, LEARN, token="viagra", spam=1, ham=0)
    assert write(tenant, "SELECT FROM spam_tokens WHERE token = 'viagra' AND spam = 2") == 1
    assert refused(tenant, LEARN, token="viagra", spam=-3, ham=0) == "ck_spam_tokens_counts"
    assert refused(tenant, LEARN, token="", spam=1, ham=0) == "ck_spam_tokens_token"


def test_an_admin_looks_and_teaches_nothing(tenant: Tenant):
    write(tenant, LEARN, token="viagra", spam=1, ham=0)
    write(tenant, "INSERT INTO spam_models (org_id, spam) VALUES (:org, 1)")
    for table in ("spam_tokens", "spam_models"):
        assert write(tenant, f"SELECT FROM {table}", role="admin") == 1
        assert write(tenant, f"SELECT FROM {table}", role="agent") == 0
        assert write(tenant, f"UPDATE {table} SET ham = 9", role="admin") == 0

"""Keys that sign letters: made, sealed into their own row and no other, opened."""

import base64

import pytest
from sqlalchemy import text

from models.database import transaction
from models.dkim import RSA_BITS, Algorithm, make, open_key, opened, put_key, sealed_keys
from models.seal import Broken
from tests.conftest import Tenant


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_key_is_stored_sealed_and_signs_when_it_is_opened(tenant: Tenant, algorithm: Algorithm):
    with transaction(tenant.id) as connection:
        key = put_key(connection, tenant.id, tenant.domain, "s1", algorithm)
        (row,) = sealed_keys(connection, tenant.id, [key])
        signer = open_key(tenant.id, row)
    assert (signer.domain, signer.selector, signer.algorithm) == (tenant.domain, "s1", algorithm)
    assert signer.sign(b"x") == signer.sign(b"x") != signer.sign(b"y")
    assert "sign" not in repr(signer).replace("Signer", "")


def test_a_key_opens_in_its_own_row_only(tenant: Tenant):
    with transaction(tenant.id) as connection:
        first, second = (put_key(connection, tenant.id, tenant.domain, name, Algorithm.ED25519) for name in "ab")
        said = {"first": first, "second": second}
        connection.execute(
            text(
                "UPDATE signing_keys k SET sealed = o.sealed, key_id = o.key_id FROM signing_keys o"
                " WHERE k.id = :first AND o.id = :second"
            ),
            said,
        )
        (row,) = sealed_keys(connection, tenant.id, [first])
    with pytest.raises(Broken, match="copied from another row"):
        open_key(tenant.id, row)


def test_another_organization_sees_no_key(tenant: Tenant, neighbour: Tenant):
    with transaction(tenant.id) as connection:
        key = put_key(connection, tenant.id, tenant.domain, "s1", Algorithm.ED25519)
    with transaction(neighbour.id) as connection:
        assert sealed_keys(connection, neighbour.id, [key]) == []
        assert sealed_keys(connection, tenant.id, [key]) == []


def test_the_published_keys_have_the_form_of_their_rfcs():
    assert len(base64.b64decode(make(Algorithm.ED25519).public)) == 32  # RFC 8463 section 4.2
    assert base64.b64decode(make(Algorithm.RSA).public)[:2] == b"\x30\x82"  # RFC 6376 section 3.6.1: its whole info
    assert len(base64.b64decode(make(Algorithm.RSA).public)) == RSA_BITS // 8 + 38
    assert "secret" not in repr(make(Algorithm.RSA))


def test_a_key_of_another_kind_does_not_sign():
    with pytest.raises(ValueError, match="key"):
        opened(base64.b64encode(b"no key at all").decode())

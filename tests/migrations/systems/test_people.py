"""Who signs up, founds an organization, is invited, becomes somebody else or goes (S0, S1)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError

from models.base import uuid7
from models.database import transaction
from models.settings import Settings
from tests.migrations.systems.cast import Cast
from tests.models.people import ask, unbound
from tests.waiting import until

DEFAULT = "SELECT get_or_create_default_org() AS id"
ACCOUNT = "SELECT create_account(:email, :name, 'hash') AS id"
PROFILES = "SELECT role, name, email, username FROM profiles WHERE account_id = :account AND deleted_at IS NULL"
ACCEPT = "SELECT accept_invite(:org, :digest, :account) AS id"
USE_CODE = "SELECT use_admin_code(:digest, :account, :org) AS id"


def operator(query: str, **said: Any) -> Any:
    """What the program is answered that acts for no organization: the only value."""
    return ask(None, query, **said)[0][0]


def address() -> str:
    return f"{uuid7()}@people.test"


def sign_up(email: str = "", name: str = "New Comer") -> UUID:
    found: UUID = operator(ACCOUNT, email=email or address(), name=name)
    return found


def profiles(org: UUID, account: UUID) -> list[Row[Any]]:
    return ask(org, PROFILES, account=account)


def together(*calls: tuple[str, dict[str, Any]], org: UUID | None = None) -> list[Any]:
    """What calls are answered that begin in the same moment, each in its own transaction; None for one refused."""
    ready = Barrier(len(calls))

    def one(call: tuple[str, dict[str, Any]]) -> Any:
        try:
            with transaction(org, role="admin") as connection:
                connection.execute(text("SELECT 1"))
                ready.wait(30)
                return connection.execute(text(call[0]), call[1]).scalar_one()
        except DBAPIError:
            return None

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


@pytest.fixture
def no_default(instance: Settings) -> None:
    """As on a fresh installation."""
    with unbound("organizations") as connection:
        connection.execute(text("UPDATE organizations SET is_default = false WHERE is_default"))


def test_s0_default_organization(no_default: None, cast: Cast):
    """Made once, whoever asks first; with all that an organization starts with; not for people inside another."""
    (org,) = set(together(*[(DEFAULT, {})] * 6))
    assert ask(org, "SELECT name, is_default FROM organizations") == [("Default Organization", True)]
    assert len(ask(org, "SELECT 1 FROM workflow_stages")) == 5
    for person in (cast.admin, cast.agent, cast.customer):
        with pytest.raises(DBAPIError, match="inside an organization"):
            person.ask(DEFAULT)


def test_s0_new_user(no_default: None):
    """A customer of the default organization, under their name or what stands before the @."""
    email = address()
    account = sign_up(email)
    org = operator(DEFAULT)
    assert profiles(org, account) == [("customer", "New Comer", email, email)]
    nameless = sign_up("short@nameless.test", "")
    assert profiles(org, nameless)[0].name == "short"
    with pytest.raises(DBAPIError, match="uq_accounts_email"):
        sign_up(email.upper())


def test_s1_the_initial_admin(no_default: None):
    """The address that the installation names, and no other."""
    email = address()
    with transaction() as connection:
        connection.execute(text("SELECT set_config('app.initial_admin_email', :it, true)"), {"it": email.upper()})
        made = [
            connection.execute(text(ACCOUNT), {"email": one, "name": "A"}).scalar_one() for one in (email, address())
        ]
    assert [profiles(operator(DEFAULT), one)[0].role for one in made] == ["admin", "customer"]


def test_s0_whoever_wrote_in_before_keeps_their_profile(no_default: None):
    """Their tickets are there when they sign up."""
    email, org = address(), operator(DEFAULT)
    with transaction(org) as connection:
        said = {"org": org, "email": email}
        made = "INSERT INTO profiles (org_id, name, email) VALUES (:org, 'Known', :email) RETURNING id"
        known = connection.execute(text(made), said).scalar_one()
    account = sign_up(email)
    assert ask(org, "SELECT id FROM profiles WHERE account_id = :account", account=account) == [(known,)]


def test_s1_new_organization(no_default: None):
    """Its creator is its admin; a name that is taken is no reason of its own."""
    account = sign_up()
    slug = f"s{uuid7().hex[-12:]}"
    found = "SELECT found_organization(:account, 'Workshop', :slug, 'WRK') AS id"
    org = operator(found, account=account, slug=slug)
    assert [row.role for row in profiles(org, account)] == ["admin"]
    assert ask(org, "SELECT org_role, user_id IS NOT NULL FROM org_members") == [("org_admin", True)]
    refusals = set()
    for wrong in ({"slug": slug}, {"slug": "No Slug"}, {"slug": "other", "account": uuid7()}):
        with pytest.raises(DBAPIError, match="cannot be made") as refused:
            operator(found, **({"account": account} | wrong))
        refusals.add(str(refused.value.orig).splitlines()[0])
    assert len(refusals) == 1


def test_s0_change_role(cast: Cast, others: Cast):
    """Admins do it, to people of their own organization, which keeps an admin."""
    change = "SELECT change_role(:who, :role)"
    cast.admin.ask(change, who=cast.customer.id, role="agent")
    assert cast.system("SELECT role FROM profiles WHERE id = :id", id=cast.customer.id) == [("agent",)]
    for person in (cast.agent, cast.other):
        with pytest.raises(DBAPIError, match="only an admin"):
            person.ask(change, who=person.id, role="admin")
    system = cast.system("SELECT id FROM profiles WHERE role = 'system'")[0].id
    for who in (others.customer.id, uuid7(), system):
        with pytest.raises(DBAPIError, match="no such person"):
            cast.admin.ask(change, who=who, role="agent")
    for role in ("system", "guest", "owner", None):
        with pytest.raises(DBAPIError, match="customer, agent or admin"):
            cast.admin.ask(change, who=cast.other.id, role=role)
    with pytest.raises(DBAPIError, match="keeps an admin"):
        cast.admin.ask(change, who=cast.admin.id, role="agent")
    cast.admin.ask(change, who=cast.agent.id, role="admin")
    cast.admin.ask(change, who=cast.admin.id, role="agent")
    noted = cast.system("SELECT 1 FROM audit_log WHERE noun = 'profiles' AND action = 'update'")
    assert len(noted) == 3


def test_s0_two_admins_who_depose_each_other(cast: Cast):
    """One of them stays."""
    cast.admin.ask("SELECT change_role(:who, 'admin')", who=cast.colleague.id)
    other = replace(cast.colleague, role="admin")
    depose = "SELECT change_role(:who, 'agent')"
    blocked = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with ThreadPoolExecutor(1) as pool:
        with transaction(cast.org, role="admin", profile=cast.admin.id) as connection:
            connection.execute(text(depose), {"who": cast.colleague.id})
            second = pool.submit(other.ask, depose.replace(":who", f"'{cast.admin.id}'"))
            until(lambda: second.done() or connection.scalar(blocked))
        with pytest.raises(DBAPIError, match=r"keeps an admin|only an admin"):
            second.result(30)
    assert len(cast.system("SELECT 1 FROM profiles WHERE role = 'admin'")) == 1


def test_s0_delete_user(no_default: None, cast: Cast, others: Cast):
    """Gone here, and their login with them, unless they are somebody elsewhere; what they wrote stays."""
    leave = "SELECT delete_user(:email)"
    ticket = cast.customer.opens()
    assert cast.admin.one(leave, email="CARL@" + cast.tenant.domain) == f"User carl@{cast.tenant.domain} deleted"
    assert cast.agent.ask("SELECT 1 FROM tickets WHERE id = :id AND created_by = :who", id=ticket, who=cast.customer.id)
    assert cast.customer.id not in {row.user_id for row in cast.admin.ask("SELECT user_id FROM org_members")}
    with pytest.raises(DBAPIError, match="no such person"):
        cast.admin.ask(leave, email=f"carl@{cast.tenant.domain}")
    for person in (cast.agent, cast.other, others.admin):
        with pytest.raises(DBAPIError, match=r"only an admin|no such person"):
            person.ask(leave, email=f"cole@{cast.tenant.domain}")
    with pytest.raises(DBAPIError, match="keeps an admin"):
        cast.admin.ask(leave, email=f"ada@{cast.tenant.domain}")


def test_s0_delete_user_leaves_a_login_that_is_used_elsewhere(no_default: None):
    """It goes with the last profile."""
    email = address()
    account = sign_up(email)
    found = "SELECT found_organization(:account, 'Workshop', :slug, 'WRK') AS id"
    org = operator(found, account=account, slug=f"s{uuid7().hex[-12:]}")
    left = "SELECT 1 FROM accounts WHERE id = :account"
    default = operator(DEFAULT)
    assert ask(org, "SELECT delete_user(:email)", email=email) == [(f"User {email} deleted",)]
    assert ask(default, left, account=account) == [(1,)]
    ask(default, "SELECT delete_user(:email)", email=email)
    with unbound("accounts") as connection:
        assert connection.execute(text(left), {"account": account}).all() == []
    assert sign_up(email) != account


def invite(cast: Cast, email: str, role: str = "agent", lasts: str = "1 day") -> bytes:
    digest = sha256(uuid7().bytes).digest()
    cast.admin.ask(
        "INSERT INTO org_invites (org_id, email, role, digest, created_by, expires_at)"
        " VALUES (:org, :email, :role, :digest, :me, now() + CAST(:lasts AS interval))",
        email=email, role=role, digest=digest, lasts=lasts,
    )  # fmt: skip
    return digest


def test_s1_org_invites(no_default: None, cast: Cast, others: Cast):
    """Good once, for a time, for who was invited and there, and for the role that was said."""
    email = address()
    account, stranger = sign_up(email), sign_up()
    digest, late = invite(cast, email.upper()), invite(cast, email, lasts="-1 second")
    refusals = set()
    for org, token, who in (
        (cast.org, digest, stranger),
        (others.org, digest, account),
        (cast.org, late, account),
        (cast.org, bytes(32), account),
        (uuid7(), digest, account),
        (cast.org, digest, uuid7()),
    ):
        with pytest.raises(DBAPIError, match="not good") as refused:
            operator(ACCEPT, org=org, digest=token, account=who)
        refusals.add(str(refused.value.orig).splitlines()[0])
    assert len(refusals) == 1
    made = operator(ACCEPT, org=cast.org, digest=digest, account=account)
    assert [row.role for row in profiles(cast.org, account)] == ["agent"]
    assert cast.admin.ask("SELECT used_by FROM org_invites WHERE used_at IS NOT NULL") == [(made,)]
    with pytest.raises(DBAPIError, match="not good"):
        operator(ACCEPT, org=cast.org, digest=digest, account=account)
    with pytest.raises(DBAPIError, match="inside an organization"):
        cast.admin.ask(ACCEPT, digest=digest, account=account)


def test_s1_an_invitation_raises_and_does_not_lower(no_default: None, cast: Cast):
    """Whoever was removed comes back as what they are invited to be."""
    email = address()
    account = sign_up(email)
    for role, becomes in (("customer", "customer"), ("admin", "admin"), ("agent", "admin")):
        operator(ACCEPT, org=cast.org, digest=invite(cast, email, role), account=account)
        assert [row.role for row in profiles(cast.org, account)] == [becomes]
    cast.admin.ask("SELECT delete_user(:email)", email=email)
    account = next(iter(ask(operator(DEFAULT), "SELECT id FROM accounts WHERE email = :email", email=email))).id
    operator(ACCEPT, org=cast.org, digest=invite(cast, email), account=account)
    assert [row.role for row in profiles(cast.org, account)] == ["agent"]


def test_s1_an_invitation_is_good_once_also_in_the_same_moment(no_default: None, cast: Cast):
    email = address()
    account = sign_up(email)
    digest = invite(cast, email)
    done = together(*[(ACCEPT, {"org": cast.org, "digest": digest, "account": account})] * 4)
    assert len([one for one in done if one]) == 1, done


def test_s1_admin_codes(no_default: None, cast: Cast):
    """Good once, for a time, and for the first admin."""
    account = sign_up()
    digest, late = (sha256(uuid7().bytes).digest() for _ in range(2))
    for one, lasts in ((digest, "1 day"), (late, "-1 second")):
        ask(None, "SELECT create_admin_code(:digest, now() + CAST(:lasts AS interval))", digest=one, lasts=lasts)
    with pytest.raises(DBAPIError, match="not good"):
        operator(USE_CODE, digest=digest, account=account, org=cast.org)
    cast.system("SELECT change_role(:who, 'agent')", who=cast.admin.id)
    for token, org in ((late, cast.org), (bytes(32), cast.org), (digest, uuid7())):
        with pytest.raises(DBAPIError, match="not good"):
            operator(USE_CODE, digest=token, account=account, org=org)
    operator(USE_CODE, digest=digest, account=account, org=cast.org)
    assert [row.role for row in profiles(cast.org, account)] == ["admin"]
    cast.system("SELECT change_role(id, 'agent') FROM profiles WHERE account_id = :account", account=account)
    with pytest.raises(DBAPIError, match="not good"):
        operator(USE_CODE, digest=digest, account=account, org=cast.org)
    with pytest.raises(DBAPIError, match="inside an organization"):
        cast.admin.ask("SELECT create_admin_code(:digest, now())", digest=digest)

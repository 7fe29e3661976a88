"""No secret is in an error, a log line, a listing, the database in clear, or where other processes are listed."""

import io
import json
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
import structlog

from gateway.cli.problems import sentence
from gateway.oauth import device, redirect
from gateway.oauth.answers import tokens
from gateway.oauth.client import Client
from gateway.oauth.renew import Kept, access_token, store
from gateway.oauth.sasl import oauthbearer
from gateway.oauth.wire import post
from models import settings as module
from models.database import transaction
from models.logs import configure
from models.mailbox_login import TokenKind
from models.mailbox_secrets import put_secret
from models.seal import seal, token_row, unseal
from models.settings import Settings
from tests.attacks.canaries import Canaries, everything
from tests.conftest import Tenant
from tests.running import ROOT, Postern, clean_environment
from tests.token_server import TokenServer

PUT = (
    "import sys; from uuid import UUID; from models.database import transaction;"
    "from models.mailbox_login import TokenKind; from models.mailbox_secrets import put_secret\n"
    "org, box = map(UUID, sys.argv[1:])\n"
    "with transaction(org) as c: put_secret(c, org, box, TokenKind.IMAP_PASSWORD, input())"
)


def canaries(*names: str) -> Canaries:
    return Canaries({name: f"canary-{secrets.token_hex(12)}" for name in names})


@pytest.fixture
def birds() -> Canaries:
    return canaries("password", "client secret", "refresh token", "access token", "device code", "code")


@pytest.fixture
def parrot(instance: Settings, birds: Canaries, monkeypatch: pytest.MonkeyPatch):
    """A token server that repeats every secret in whatever it answers."""
    monkeypatch.setenv("POSTERN_OWN_NETWORKS", "127.0.0.1")
    module.settings.cache_clear()
    with TokenServer(client_secret=birds["client secret"]) as server:
        yield server
    monkeypatch.undo()
    module.settings.cache_clear()


def echoes(birds: Canaries) -> list[tuple[int, Any]]:
    every = " ".join(birds.values())
    refusals = [
        {"error": birds["refresh token"]}, {"error": "invalid_grant", "error_description": every},
        {"error": "server_error", "error_uri": every}, {"error": {every: every}}, {"access_token": every},
        {"access_token": birds["access token"], "token_type": every}, {every: every},
    ]  # fmt: skip
    return [(status, said) for status in (200, 400, 500) for said in refusals] + [(200, every), (302, every)]


def asking(client: Client, birds: Canaries, org: UUID, box: UUID) -> list[Callable[[], object]]:
    """Every way to ask a token server."""
    asked = redirect.ask(client, "http://localhost:1/")
    begun = device.Begun("https://login.test", "ABCD", birds["device code"], 1, 100)
    rows = [
        Kept(kind, made.sealed, made.key_id, None)
        for kind, secret in (("oauth_client", client.text()), ("oauth_refresh", birds["refresh token"]))
        for made in (seal(secret, org, token_row(box, kind)),)
    ]
    return [
        lambda: redirect.trade(client, asked, birds["code"]),
        lambda: device.begin(client),
        lambda: device.wait(client, begun, lambda _: None),
        lambda: access_token(org, box, rows, lambda _: None),
    ]


def test_errors_about_tokens_keep_them(parrot: TokenServer, birds: Canaries, tenant: Tenant):
    failed = 0
    for answer in echoes(birds):
        for ask in asking(parrot.client(), birds, tenant.id, tenant.mailbox):
            parrot.script = [answer] * 5
            if error := raised(ask):
                failed += 1
                assert birds.heard_in(everything(error) + logged(error)) == []
    assert failed > 60
    assert len(parrot.asked) > 60


def test_errors_about_the_database_keep_secrets(tenant: Tenant, birds: Canaries):
    big = birds["password"] * 3000
    row = token_row(tenant.mailbox, TokenKind.IMAP_PASSWORD)
    good = seal(birds["password"], tenant.id, row)

    def put(kind: Any, secret: str) -> None:
        with transaction(tenant.id) as connection:
            put_secret(connection, tenant.id, tenant.mailbox, kind, secret)

    def keep() -> None:
        with transaction(login="fetcher") as connection:
            store(connection, tenant.mailbox, "nobody", [Kept("oauth_access", good.sealed, good.key_id, None)])

    attempts: list[Callable[[], object]] = [
        lambda: put(TokenKind.IMAP_PASSWORD, big),
        lambda: put("no such kind", birds["password"]),
        lambda: unseal(good.sealed + b"x", good.key_id, tenant.id, row),
        lambda: unseal(good.sealed, "no such key", tenant.id, row),
        lambda: oauthbearer("user", birds["access token"] + "\n", "host", 1),
        keep,
    ]
    for attempt in attempts:
        error = raised(attempt)
        assert error
        assert birds.heard_in(everything(error) + logged(error) + str(sentence(error))) == []


def test_values_on_the_way_do_not_show_them(parrot: TokenServer, birds: Canaries):
    client = parrot.client()
    said = {"access_token": birds["access token"], "refresh_token": birds["refresh token"]}
    parrot.script = [(200, said)]
    answer = post(f"{parrot.url}/token", {})
    asked = redirect.ask(client, "http://localhost:1/")
    shown = [client, answer, tokens(answer), asked, device.Begun("p", "c", birds["device code"], 1, 1)]
    assert birds.heard_in(repr(shown)) == []
    assert Canaries(verifier=asked.verifier).heard_in(repr(shown) + asked.url) == []


def test_settings_do_not_show_them(tmp_path: Path):
    birds = canaries("relay", "redis_url", "database_url")
    birds["seal_keys"] = secrets.token_hex(32)
    said: dict[str, Any] = dict(birds)
    assert birds.heard_in(repr(Settings(data=tmp_path, **said))) == []


def raised(act: Callable[[], object]) -> Exception | None:
    """The error that it ends with."""
    try:
        act()
    except Exception as error:  # noqa: BLE001  whatever it is, it must not tell
        return error
    return None


def logged(error: BaseException) -> str:
    """What the door and the workers write down about an error."""
    said = io.StringIO()
    configure(verbose=True)
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=said))
    structlog.get_logger().error("failed", exc_info=error)
    return said.getvalue()


def test_a_canary_would_be_heard(birds: Canaries):
    """The ears are good: each disguise is heard, in an error, its cause and a log line."""
    for name, secret in birds.items():
        for disguise in (secret, secret.encode().hex(), f"?q={secret}&", repr(secret.encode())):
            assert birds.heard_in(disguise) == [name]
    error = RuntimeError("a sentence")
    error.__cause__ = ValueError(birds["code"])
    assert birds.heard_in(everything(error)) == ["code"]
    assert birds.heard_in(logged(error)) == ["code"]


@pytest.mark.long
def test_a_running_system_shows_none(tmp_path: Path):
    """Listings, pages, logs, every process of this machine, and each row of the database."""
    birds = canaries("mailbox password", "relay password")
    (tmp_path / "relay").write_text(f"smtp://user:{birds['relay password']}@127.0.0.1:9")
    with Postern(tmp_path / "data", settings={"relay_file": tmp_path / "relay", "verbose": True}) as system:
        (org,), (box,) = system.desk("org", "list"), system.desk("mailbox", "list")
        words = [sys.executable, "-c", PUT, org["id"], box["id"]]
        settings = {**clean_environment(), "POSTERN_DATA": str(system.data)}
        subprocess.run(words, input=birds["mailbox password"].encode(), cwd=ROOT, env=settings, check=True, timeout=60)
        keys = Path(system.data / "keys")
        named = {f"{path.name} {n}": key for path in keys.glob("*.json") for n, key in enumerate(_strings(path))}
        birds.update({name: secret for name, secret in named.items() if len(secret) >= 32})
        assert len(birds) >= 8
        for noun in (("mailbox", "list"), ("keys", "list"), ("keys", "rotate"), ("outbox", "list"), ("org", "list")):
            assert birds.heard_in(system.output(*noun, "--json") + system.output(*noun)) == [], noun
        assert birds.heard_in(_processes(system)) == []
        assert Canaries(it=birds["mailbox password"]).heard_in(_rows(system)) == []
    logs = [path.read_bytes() for path in (system.data / "logs").rglob("*") if path.is_file()]
    assert logs
    assert birds.heard_in(b"\n".join((*logs, system.said().encode()))) == []


def _strings(path: Path) -> list[str]:
    found = json.loads(path.read_text())
    return list(found.values()) if isinstance(found, dict) else found


def _processes(system: Postern) -> bytes:
    """Command lines and environments of all processes we may look at; those of the system are among them."""
    said, ours = [], 0
    for place in Path("/proc").glob("[0-9]*"):
        try:
            shown = b"\n".join((place / name).read_bytes() for name in ("cmdline", "environ"))
        except OSError:  # it has ended, or is somebody else's
            continue
        said.append(shown)
        ours += str(system.data).encode() in shown
    assert ours > 4
    return b"\n".join(said)


def _rows(system: Postern) -> bytes:
    """All rows of all tables, as text."""
    url = json.loads(system.output("db", "url", "--role", "owner", "--json"))["url"]
    tables = "SELECT format('%I', relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    with psycopg.connect(url) as connection:
        names = [name for (name,) in connection.execute(tables)]
        rows = [row for name in names for (row,) in connection.execute(f"SELECT t::text FROM {name} t".encode())]
    assert any("imap_password" in row for row in rows)
    return "\n".join(rows).encode()

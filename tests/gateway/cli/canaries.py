"""Words that stand nowhere else, planted wherever a person leaves something, and looked for everywhere."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

from redis import Redis
from sqlalchemy import text

from models.base import uuid7
from models.settings import Settings
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, change, rows, store
from tests.migrations.above import above
from workers.clock.task import count, index
from workers.inbound.task import receive
from workers.outbound.task import send

COLUMNS = text(
    "SELECT c.relname, a.attname, format_type(coalesce(nullif(t.typbasetype, 0), t.oid), -1) = 'bytea'"
    " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " JOIN pg_type t ON t.oid = a.atttypid"
    " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'm')"
    " AND t.typcategory NOT IN ('B', 'N', 'D')"
)
PLANTED = Path(__file__).with_name("planted.sql")
BATCH = 50


class Canaries:
    """Such words, and where each was planted."""

    def __init__(self) -> None:
        """None yet."""
        self.planted: dict[str, str] = {}

    def __call__(self, where: str) -> str:
        """A new one."""
        word = f"zq{uuid7().hex[-10:]}{len(self.planted):02}"
        self.planted[word] = where
        return word


def standing(instance: Settings, words: dict[str, str]) -> dict[str, str]:
    """The places of those that stand in any column of any table, in a captured letter, a log or Redis."""
    texts = [*_columns(instance), *_files(instance), _redis(instance)]
    return {where: place for word, where in words.items() for place, said in texts if word.encode() in said}


def _columns(instance: Settings) -> Iterator[tuple[str, bytes]]:
    with above(instance).connect() as connection:
        for table, column, raw in connection.execute(COLUMNS).all():
            read = f'SELECT "{column}"{"" if raw else "::text"} FROM "{table}" WHERE "{column}" IS NOT NULL'
            found = connection.exec_driver_sql(read).scalars()
            yield f"{table}.{column}", b"\0".join(bytes(one) if raw else one.encode() for one in found)


def _files(instance: Settings) -> Iterator[tuple[str, bytes]]:
    for path in instance.home.rglob("*"):
        if path.is_file() and ({"capture", "logs"} & set(path.parts) or path.suffix == ".log"):
            yield str(path), path.read_bytes()


def _redis(instance: Settings) -> tuple[str, bytes]:
    with Redis.from_url(instance.broker().replace("redis+socket", "unix")) as client:
        return "redis", b"".join(key + (client.dump(key) or b"") for key in client.scan_iter())


def mail(
    sender: str, subject: str, words: str, *, html: str = "", header: str = "", file: tuple[str, str] = ("", "")
) -> bytes:
    """A mail with both texts and a file, which is encoded."""
    name, content = file
    return f"""\
From: {sender}
Subject: {subject}
Message-ID: <{header or uuid7().hex}@customer.test>
X-Secret: {header}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=utf-8

{words}
--c
Content-Type: text/html; charset=utf-8

<p>{html or words}</p>
--c--
--b
Content-Type: text/plain; name="{name}"
Content-Disposition: attachment; filename="{name}"
Content-Transfer-Encoding: base64

{b64encode(content.encode()).decode()}
--b--
""".replace("\n", "\r\n").encode()


def a_life(tenant: Tenant, desk: Desk, word: Canaries, mails: int) -> str:
    """Somebody who wrote many mails, was answered, rated, talked and was blocked; their address."""
    address, organization = f"{word('address')}@customer.test", ("--org", tenant.slug)
    sender = f"Carla {word('name')} <{address}>"
    file = (f"{word('file name')}.txt", word("file"))
    first = mail(sender, f"A {word('subject')}", word("text"), html=word("html"), header=word("header"), file=file)
    written = [first, *(mail(sender, f"Mail {number}", word("text")) for number in range(mails - 1))]
    _receive(tenant, *written)
    cites = f"In-Reply-To: <{word('cited')}@customer.test>\r\n".encode()
    _receive(tenant, cites + mail("Olga <olga@other.test>", "Hers", "Hello"))
    (number,) = rows(tenant, "SELECT number FROM tickets WHERE title LIKE 'A zq%'")[0]
    desk.json("ticket", "reply", number, "--text", f"Dear {word('answer')}", *organization)
    desk.json("ticket", "note", number, "--text", f"Beware of {word('note')}", *organization)
    desk.json("ticket", "stage", number, "resolved", *organization)
    store(tenant, mail(sender, "x", word("unfiled")))
    letters = [str(row.id) for row in rows(tenant, "SELECT id FROM outgoing")]
    for start in range(0, len(letters), BATCH):
        send(letters[start : start + BATCH])
    desk.capture.readouterr()
    _plant(tenant, address, word)
    count()
    index()
    return address


def _receive(tenant: Tenant, *mails: bytes) -> None:
    ids = [str(store(tenant, one)) for one in mails]
    for start in range(0, len(ids), BATCH):
        receive(ids[start : start + BATCH])


def _plant(tenant: Tenant, address: str, word: Canaries) -> None:
    (me,) = rows(tenant, "SELECT id FROM profiles WHERE email = :it", it=address)[0]
    (hers,) = rows(tenant, "SELECT id FROM tickets WHERE title = 'Hers'")[0]
    known = {"org": tenant.id, "me": me, "hers": hers, "address": address, "agent": tenant.agent}
    for part in PLANTED.read_text().removeprefix("-- ").split("\n-- "):
        where, _, statements = part.partition("\n")
        said = word(where.partition(":")[0])
        for statement in statements.split(";\n"):
            if statement.strip():
                change(tenant, statement, said=said, **known)

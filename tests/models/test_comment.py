"""What hangs on a ticket is seen with the ticket, and everybody writes as themselves."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.database import transaction
from tests.conftest import Tenant
from tests.models.doors import acting, create
from tests.models.scene import REFUSED, SEEN, Scene, make_scene


@pytest.fixture
def scene(tenant: Tenant, neighbour: Tenant) -> Scene:
    return make_scene(tenant, neighbour)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("system", (2, 3, 3, 2, 1, 1, 1)),
        ("admin", (2, 3, 3, 2, 1, 1, 1)),
        ("agent", (2, 3, 3, 1, 1, 1, 1)),
        ("colleague", (2, 3, 3, 1, 1, 1, 1)),
        ("isolated", (0, 0, 0, 0, 0, 0, 0)),
        ("customer", (1, 1, 1, 0, 0, 0, 0)),
        ("other", (0, 0, 0, 0, 0, 0, 0)),
        ("guest", (2, 2, 2, 0, 0, 0, 0)),
        ("foreign", (0, 0, 0, 0, 0, 0, 0)),
        ("nobody", (0, 0, 0, 0, 0, 0, 0)),
    ],
)
def test_who_sees_what_hangs_on_a_ticket(scene: Scene, who: str, sees: tuple[int, ...]):
    with scene.as_(who) as connection:
        found = tuple(connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in SEEN)
    assert found == sees


def test_an_isolated_agent_who_takes_part_sees_all_of_the_ticket(scene: Scene):
    join = (
        "INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind) VALUES (:org, :ticket, :who, 'watcher')"
    )
    with transaction(scene.tenant.id) as connection:
        connection.execute(text(join), {"org": scene.tenant.id, "ticket": scene.ticket, "who": scene.isolated})
    with scene.as_("isolated") as connection:
        found = tuple(connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in SEEN)
    assert found == (2, 3, 3, 1, 1, 1, 1)


def test_nothing_is_seen_from_another_organization(scene: Scene):
    for role in ("system", "admin", "agent", "customer"):
        with acting(scene.home, role, scene.profile("agent")) as connection:
            assert [connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in SEEN] == [0] * len(SEEN)


@pytest.mark.parametrize(
    ("who", "author", "sender", "internal", "may"),
    [
        ("agent", "agent", "agent", True, True),
        ("agent", "agent", "agent", False, True),
        ("agent", "agent", "customer", False, False),
        ("agent", "isolated", "agent", False, False),
        ("agent", "agent", "system", False, False),
        ("isolated", "isolated", "agent", False, False),
        ("customer", "customer", "customer", False, True),
        ("customer", "customer", "customer", True, False),
        ("customer", "customer", "agent", False, False),
        ("customer", "agent", "customer", False, False),
        ("other", "other", "customer", False, False),
        ("guest", "guest", "agent", True, True),
        ("guest", "guest", "customer", False, False),
        ("foreign", "foreign", "agent", False, False),
        ("admin", "agent", "agent", False, True),
        ("system", "customer", "customer", False, True),
    ],
)
def test_who_may_say_what(scene: Scene, who: str, author: str, sender: str, internal: bool, may: bool):
    def say():
        with scene.as_(who) as connection:
            scene.comment(connection, scene.profile(author), sender, internal=internal)

    if may:
        say()
    else:
        with pytest.raises(DBAPIError, match=REFUSED):
            say()


@pytest.mark.parametrize(
    ("who", "changed"),
    [("system", 2), ("admin", 2), ("agent", 1), ("customer", 1), ("isolated", 0), ("other", 0), ("guest", 0)],
)
def test_people_edit_what_they_said(scene: Scene, who: str, changed: int):
    with scene.as_(who) as connection:
        assert connection.execute(text("UPDATE ticket_comments SET text = 'other'")).rowcount == changed


def test_an_edited_comment_stays_what_it_was(scene: Scene):
    for who, statement in (
        ("customer", "UPDATE ticket_comments SET is_internal = true"),
        ("customer", "UPDATE ticket_comments SET message_type = 'system'"),
        ("agent", "UPDATE ticket_comments SET author_id = author_id"),
        ("agent", "UPDATE ticket_comments SET ticket_id = ticket_id"),
        ("system", "UPDATE ticket_comments SET created_at = now()"),
    ):
        with pytest.raises(DBAPIError, match=REFUSED), scene.as_(who) as connection:
            connection.execute(text(statement))


@pytest.mark.parametrize("who", ["agent", "customer", "guest"])
def test_nobody_but_the_organization_takes_words_back(scene: Scene, who: str):
    with scene.as_(who) as connection:
        assert connection.execute(text("DELETE FROM ticket_comments")).rowcount == 0


@pytest.mark.parametrize(
    ("who", "comment", "by", "may"),
    [
        ("agent", "public", "agent", True),
        ("agent", "internal", "agent", True),
        ("agent", None, "agent", True),
        ("isolated", "public", "isolated", False),
        ("isolated", None, "isolated", False),
        ("customer", "public", "customer", True),
        ("customer", "public", "agent", False),
        ("customer", "internal", "customer", False),
        ("customer", None, "customer", False),
        ("other", "public", "other", False),
        ("guest", "public", "guest", False),
        ("system", "public", "customer", True),
    ],
)
def test_who_may_add_a_file(scene: Scene, who: str, comment: str | None, by: str, may: bool):
    def add():
        with scene.as_(who) as connection:
            scene.file(connection, getattr(scene, comment) if comment else None, scene.profile(by))

    if may:
        add()
    else:
        with pytest.raises(DBAPIError, match=REFUSED):
            add()


def test_a_guest_adds_a_file_to_what_they_said(scene: Scene):
    with scene.as_("guest") as connection:
        digest = scene.file(connection, scene.comment(connection, scene.guest, "agent"), scene.guest)
        query = text("SELECT count(*) FROM blobs WHERE sha256 = :digest")
        assert connection.scalar(query, {"digest": digest}) == 1


def test_a_file_is_on_the_ticket_of_its_comment(scene: Scene):
    with transaction(scene.tenant.id) as connection:
        other = create(connection, scene.other)
    for who in ("agent", "customer"):
        with pytest.raises(DBAPIError, match=REFUSED), scene.as_(who) as connection:
            scene.file(connection, scene.public, scene.profile(who), ticket=other)


@pytest.mark.parametrize(
    ("who", "removed"), [("agent", 3), ("isolated", 0), ("customer", 0), ("guest", 0), ("admin", 3)]
)
def test_who_may_remove_files(scene: Scene, who: str, removed: int):
    with scene.as_(who) as connection:
        assert connection.execute(text("DELETE FROM ticket_attachments")).rowcount == removed
    with scene.as_(who) as connection:
        assert connection.execute(text("DELETE FROM blobs")).rowcount == (3 if who == "admin" else 0)


def test_bytes_are_never_changed(scene: Scene):
    with pytest.raises(DBAPIError, match="permission denied"), transaction(scene.tenant.id) as connection:
        connection.execute(text("UPDATE blobs SET content = 'other'"))

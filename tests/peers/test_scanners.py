"""rspamd and SpamAssassin, the real ones: our clients understand them, and mail goes on where one is away."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest

from models.base import uuid7
from tests import corpus
from tests.peers import scanning
from tests.running import free_port
from tests.scores import scanners
from tests.scores import spam as scores
from workers.inbound.facts import Received
from workers.inbound.parse import parse
from workers.inbound.spam.asking import Scanners
from workers.inbound.spam.sight import Finding

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]


def started(name: str, start: Callable[[str], AbstractContextManager[str]]) -> Iterator[str]:
    """Where a scanner is; skips where it is not installed, but never in CI."""
    path = scanning.program(name)
    if path is None:
        missing = f"{name} is not installed (Debian has it; see .ci/peers)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with start(path) as place:
        yield place


@pytest.fixture(scope="module")
def rspamd() -> Iterator[str]:
    """The URL of a running one."""
    yield from started("rspamd", scanning.rspamd)


@pytest.fixture(scope="module")
def spamd() -> Iterator[str]:
    """`host:port` of a running one."""
    yield from started("spamd", scanning.spamd)


def asked(those: Scanners, *mails: bytes) -> list[tuple[Finding, ...]]:
    """What is found in each, as the worker asks."""
    batch = [
        Received(uuid7(), uuid7(), "ada@a.test", ("us@our.test",), datetime.now(UTC), 1, parse(one), one)
        for one in mails
    ]
    return [one.scanned for one in those.asked(batch)]


def test_rspamd_tells_spam_from_a_question(rspamd: str) -> None:
    (spam,), (question,) = asked(Scanners(rspamd, None), scanning.GTUBE, scanning.PLAIN)
    assert spam.by == question.by == "rspamd"
    assert spam.share is not None
    assert spam.share >= 1, spam
    assert spam.told == "15.0 of 15.0"  # its own symbol for it weighs nothing
    assert question.share is not None
    assert question.share < 0.5, question


def test_spamassassin_tells_spam_from_a_question(spamd: str) -> None:
    (spam,), (question,) = asked(Scanners(None, spamd, seconds=20), scanning.GTUBE, scanning.PLAIN)
    assert spam.by == question.by == "SpamAssassin"
    assert spam.share is not None
    assert spam.share >= 1, spam
    assert "GTUBE" in spam.told
    assert question.share is not None
    assert question.share < 0.5, question


def test_the_health_check_of_the_container_sees_whether_spamd_is_there(spamd: str) -> None:
    assert scanning.healthy(spamd)
    assert not scanning.healthy(f"127.0.0.1:{free_port()}")


def test_one_that_is_away_is_told_and_the_other_is_heard(rspamd: str) -> None:
    ((heard, unheard),) = asked(Scanners(rspamd, f"127.0.0.1:{free_port()}"), scanning.PLAIN)
    assert heard.share is not None
    assert (unheard.by, unheard.share, unheard.told) == ("SpamAssassin", None, "it is away")


@pytest.mark.skipif(corpus.FOLDER is None, reason="POSTERN_CORPUS is not set")
@pytest.mark.usefixtures("rspamd", "spamd")  # which say so where one of them is not installed
def test_a_scanner_beside_what_was_taught_catches_more_and_harms_no_more_ham() -> None:
    """Real mail: beside either of them all is reached that was promised."""
    assert corpus.FOLDER
    mails = scores.pupils(corpus.FOLDER)
    alone, asked = scores.dealt(mails)[0]["mean"], []
    for by, findings in scanners.found([one.case.content for one in mails]):
        caught, *ham = [row["mean"] for row in scores.dealt(scores.beside(mails, findings))]
        asked.append(by)
        assert caught >= max(alone, scores.GOALS[True, "spam"][0]), by
        assert all(share <= scores.GOALS[True, name][1] for share, name in zip(ham, scores.GROUPS[1:], strict=True)), by
    assert asked == ["rspamd", "SpamAssassin"]

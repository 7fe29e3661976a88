"""What rspamd and SpamAssassin find in mails, with nothing taught to them and no network."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.peers import scanning
from workers.inbound.spam import rspamd, spamassassin
from workers.inbound.spam.sight import Finding

SECONDS = 60.0  # for a mail
AT_ONCE = 2
MARKED = {rspamd.NAME: 0.95, spamassassin.NAME: 1.0}
"""The share from which on each marks a mail (rspamd: `add header`), as our clients read it."""

Found = tuple[str, list[Finding]]


def found(mails: Sequence[bytes]) -> Iterator[Found]:
    """What each scanner that is installed here finds in each mail, with its name.

    Args:
        mails: their bytes.
    """
    if path := scanning.program("rspamd"):
        with scanning.rspamd(path) as url:
            yield rspamd.NAME, _asked(lambda mail: rspamd.ask(url, mail, "", (), SECONDS), mails)
    if path := scanning.program("spamd"):
        with scanning.spamd(path) as place:
            yield spamassassin.NAME, _asked(lambda mail: spamassassin.ask(place, mail, SECONDS), mails)


def is_marked(finding: Finding) -> bool:
    """Whether a scanner by itself takes the mail for spam."""
    return finding.share is not None and finding.share >= MARKED[finding.by]


def _asked(ask: Callable[[bytes], Finding], mails: Sequence[bytes]) -> list[Finding]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(ask, mails))

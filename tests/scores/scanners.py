"""What rspamd and SpamAssassin take for spam, with nothing taught and no network, to stand beside our own figures."""

from collections.abc import Iterator, Sequence

from tests.peers import scanning
from workers.inbound.spam import rspamd, spamassassin

SECONDS = 60.0  # for a mail
MARKED = 0.95  # the share from which on rspamd marks a mail (`add header`), as our client reads it


def kept(mails: Sequence[bytes]) -> Iterator[tuple[str, list[bool]]]:
    """Which mails each scanner that is installed here takes for spam, by its name.

    Args:
        mails: their bytes.
    """
    if path := scanning.program("rspamd"):
        with scanning.rspamd(path) as url:
            found = [rspamd.ask(url, one, "", (), SECONDS).share for one in mails]
        yield rspamd.NAME, [share is not None and share >= MARKED for share in found]
    if path := scanning.program("spamd"):
        with scanning.spamd(path) as place:
            found = [spamassassin.ask(place, one, SECONDS).share for one in mails]
        yield spamassassin.NAME, [share is not None and share >= 1 for share in found]

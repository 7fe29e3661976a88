"""What is attached: programs, and files that pass for something else."""

import re

from workers.inbound.spam.hint import Hint
from workers.inbound.spam.sight import Sight

_RUNS = frozenset({
    "exe", "scr", "pif", "com", "bat", "cmd", "vbs", "vbe", "js", "jse", "wsf", "wsh", "hta", "lnk", "cpl", "msi",
    "jar", "ps1", "iso", "img", "vhd", "reg", "application",
})  # fmt: skip
_TWO_KINDS = re.compile(
    r"\.(?:pdf|docx?|xlsx?|jpe?g|png|gif|txt|zip|mp3)[ _]{0,60}\.(?:exe|scr|pif|com|bat|cmd|js|vbs|html?|lnk|iso)\Z",
    re.IGNORECASE,
)


def runs(sight: Sight) -> Hint | None:
    """Something that runs where it is opened."""
    if any(file.name.rpartition(".")[2].lower() in _RUNS for file in sight.mail.attachments):
        return Hint(3.0, "a program is attached")
    return None


def hides_its_kind(sight: Sight) -> Hint | None:
    """A second ending that many readers do not show."""
    if any(_TWO_KINDS.search(file.name) for file in sight.mail.attachments):
        return Hint(3.0, "an attachment passes for another kind of file")
    return None

"""rspamd's opinion, by its HTTP protocol (`POST /checkv2`, https://docs.rspamd.com/developers/protocol)."""

import json
import re
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from workers.inbound.spam.sight import Finding

NAME = "rspamd"
ANSWER_BYTES = 1_048_576
_SYMBOL = re.compile(r"[A-Z0-9_]{1,60}")
_SHOWN = 5
_ACTIONS = {"reject": 1.0, "rewrite subject": 0.95, "add header": 0.95}
"""What an action says at least, as a share of what is spam there: the score alone is measured against rejecting."""


def ask(url: str, content: bytes, mail_from: str, recipients: tuple[str, ...], seconds: float) -> Finding:
    """Have a mail checked.

    Args:
        url: of the worker, `http://host:port`.
        content: the mail.
        mail_from: return path of its envelope.
        recipients: of its envelope.
        seconds: the most to wait for each answer of the network.

    Raises:
        OSError: it is away or too slow.
        ValueError: its answer was not understood.
    """
    place = urlsplit(url)
    line = HTTPConnection(place.hostname or "", place.port or 11333, timeout=seconds)
    told = {"From": mail_from, "Rcpt": recipients[0] if recipients else ""}
    headers = {name: value for name, value in told.items() if value.isascii() and value.isprintable() and value}
    try:
        line.request("POST", f"{place.path.rstrip('/')}/checkv2", content, headers)
        answer = line.getresponse()
        if answer.status != 200:  # noqa: PLR2004  OK of HTTP
            raise ValueError(f"it answered {answer.status}")
        return read(answer.read(ANSWER_BYTES))
    except HTTPException as error:
        raise ValueError(f"it does not speak HTTP ({type(error).__name__})") from None
    finally:
        line.close()


def read(answer: bytes) -> Finding:
    """What an answer says.

    Raises:
        ValueError: it is none of rspamd's.
    """
    said: Any = json.loads(answer)
    try:
        score, required, action = float(said["score"]), float(said["required_score"]), str(said["action"])
        weights = {name: float(one.get("score", 0)) for name, one in said.get("symbols", {}).items()}
        share = max(score / required, _ACTIONS.get(action, -1.0))
    except (TypeError, KeyError, AttributeError, ZeroDivisionError):
        raise ValueError("its answer was not understood") from None
    strong = sorted(weights, key=lambda name: -abs(weights[name]))
    named = [name for name in strong if _SYMBOL.fullmatch(name) and weights[name]][:_SHOWN]
    told = f"{score:.1f} of {required:.1f}"
    return Finding(NAME, share, f"{told}: {', '.join(named)}" if named else told)

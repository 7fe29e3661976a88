"""Secrets that can be told from everything else, and a look at whether somebody said one."""

import base64
import traceback
from collections.abc import Iterable
from urllib.parse import quote


class Canaries(dict[str, str]):
    """Secrets by name, each as it is and as it would look in the usual disguises."""

    def heard_in(self, said: object) -> list[str]:
        """Names of those that stand in what was said (text or bytes), however written."""
        text = said if isinstance(said, bytes) else str(said).encode("utf-8", "surrogateescape")
        return [name for name, secret in self.items() if any(form in text for form in _forms(secret))]


def _forms(secret: str) -> Iterable[bytes]:
    plain = secret.encode()
    yield from (plain, quote(secret).encode(), plain.hex().encode(), base64.b64encode(plain).rstrip(b"=")[:-2])


def everything(error: BaseException) -> str:
    """All that an error can say: its text, itself, and the traceback with what led to it."""
    return "\n".join((str(error), repr(error), *traceback.format_exception(error)))

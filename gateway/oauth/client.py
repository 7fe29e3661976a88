"""What we are to a provider: sealed with the mailbox, so that its login can be renewed long after it was made."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from gateway.oauth.providers import Provider


@dataclass(frozen=True, slots=True)
class Client:
    """A registration at a provider.

    Attributes:
        provider: where.
        id: as whom.
        secret: some providers give one even to programs on people's own machines; '' for none.
    """

    provider: Provider
    id: str
    secret: str = field(default="", repr=False)

    def form(self, **said: str) -> dict[str, str]:
        """A question's fields, with who asks (RFC 6749 section 2.3.1, in the body)."""
        return {"client_id": self.id, **({"client_secret": self.secret} if self.secret else {}), **said}

    def text(self) -> str:
        """All of it as text, to be sealed as `oauth_client`."""
        return json.dumps(asdict(self))


def read(text: str) -> Client:
    """The client that `Client.text` wrote."""
    said: dict[str, Any] = json.loads(text)
    door = said["provider"]
    provider = Provider(**{**door, "extra": tuple((name, value) for name, value in door["extra"])})
    return Client(provider, said["id"], said["secret"])

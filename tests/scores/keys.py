"""All adapters: how each key that sources state is compared with what we read."""

from tests.scores import content, headers, kinds, replies
from tests.scores.judging import Adapter

KEYS: dict[str, Adapter] = {**headers.ADAPTERS, **content.ADAPTERS, **kinds.ADAPTERS, **replies.ADAPTERS}

"""Reading a hook's config, which a person wrote: what does not fit is refused in a sentence, and tried no more."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from workers.errors import Permanent

LONGEST_DELAY = 5_256_000  # minutes: ten years


def identifier(config: Mapping[str, Any], key: str) -> UUID | None:
    """The identifier under a key, None where there is no key.

    Raises:
        Permanent: something else stands there.
    """
    if config.get(key) is None:
        return None
    try:
        return UUID(str(config[key]))
    except ValueError:
        raise Permanent(f"its {key} is no identifier") from None


def words(config: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The words listed under a key, without those that say nothing.

    Raises:
        Permanent: it is no list of words.
    """
    listed = config.get(key, [])
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise Permanent(f"its {key} is no list of words")
    return tuple(dict.fromkeys(one.strip() for one in listed if one.strip()))


def delay(config: Mapping[str, Any]) -> int:
    """For how many minutes it waits in the stage, 0 for not at all.

    Raises:
        Permanent: it is no number of minutes up to ten years.
    """
    minutes = config.get("after_minutes", 0)
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0 <= minutes <= LONGEST_DELAY:
        raise Permanent("its after_minutes is no number of minutes up to ten years")
    return int(minutes)

"""What stands in DNS for a key that signs letters (RFC 6376 section 3.6), and whether what stands there is it."""

import re
from collections.abc import Sequence

from models.dkim import Algorithm

PUBLISHED = "published"
STRING = 255  # bytes of one string of a TXT record (RFC 1035 section 3.3)
_TAG = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*=\s*(.*?)\s*", re.DOTALL)


def name(domain: str, selector: str) -> str:
    """Where the record belongs."""
    return f"{selector}._domainkey.{domain}"


def value(algorithm: str, public: str) -> str:
    """What it says."""
    return f"v=DKIM1; k={Algorithm(algorithm).key_type}; p={public}"


def zone(where: str, text: str) -> str:
    """The record as a line of a zone file, in strings that are short enough."""
    strings = (f'"{text[start : start + STRING]}"' for start in range(0, len(text), STRING))
    return f"{where}. TXT ( {' '.join(strings)} )"


def compare(found: Sequence[str], algorithm: str, public: str) -> str:
    """`PUBLISHED`, or what is wrong with what the name servers say.

    Args:
        found: the texts under the name of the record.
        algorithm: of the key.
        public: its `p=`.
    """
    if len(found) != 1:
        return f"{len(found)} records, of which verifiers take any" if found else "no record"
    tags = {one[1]: one[2] for part in found[0].split(";") if (one := _TAG.fullmatch(part))}
    tags = {tag: re.sub(r"\s", "", said) for tag, said in tags.items()}
    if tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
        return "a record of something else"
    if not tags["p"]:
        return "the key is revoked there"
    if tags["p"] != public or tags.get("k", "rsa") != Algorithm(algorithm).key_type:
        return "another key"
    if not _admits(tags, "h", "sha256") or not _admits(tags, "s", "email"):
        return "it admits other uses only"
    return PUBLISHED


def _admits(tags: dict[str, str], tag: str, wanted: str) -> bool:
    return not {"*", wanted}.isdisjoint(tags.get(tag, "*").split(":"))

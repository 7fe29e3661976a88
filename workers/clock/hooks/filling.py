"""A prepared text with the ticket's own values put in: names in double braces, and parts that stand only with a value.

It is a small part of what a macro may say, and linear: `{{ name }}` and, not nested, `{% if name %}…{% endif %}`.
Whoever writes it is an organization's own staff, and no text of theirs may keep a worker busy.
"""

import re
from collections.abc import Mapping

from workers.errors import Permanent

LONGEST = 20_000  # characters
_PART = re.compile(r"\{%-? ?if (\w{1,40}) ?-?%\}([^{%]*(?:\{\{[^{}]*\}\}[^{%]*)*)\{%-? ?endif ?-?%\}")
_NAME = re.compile(r"\{\{ {0,9}(\w{1,40}) {0,9}\}\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its values.

    Args:
        text: as somebody prepared it.
        values: by name; a value is never read for names again.

    Raises:
        Permanent: it is too long, names something else, or wants more than can be filled in here.
    """
    if len(text) > LONGEST:
        raise Permanent(f"its text is longer than {LONGEST} characters")
    plain = _PART.sub(lambda part: part[2] if _value(part[1], values) else "", text)
    pieces = _NAME.split(plain)
    if any(sign in piece for piece in pieces[::2] for sign in ("{{", "{%", "{#")):
        raise Permanent("its text has braces that mean nothing here; {{ name }} and {% if name %} … {% endif %} do")
    return "".join(_value(piece, values) if place % 2 else piece for place, piece in enumerate(pieces)).strip()


def _value(name: str, values: Mapping[str, str]) -> str:
    if name not in values:
        raise Permanent(f"its text names {name!r}; there are {', '.join(values)}")
    return values[name]

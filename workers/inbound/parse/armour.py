"""Text that was signed where it stands (RFC 9580 section 7): the words without what is for programs."""

_SIGNED, _SIGNATURE, _END = (
    f"-----{what}-----" for what in ("BEGIN PGP SIGNED MESSAGE", "BEGIN PGP SIGNATURE", "END PGP SIGNATURE")
)
ENCRYPTED = "-----BEGIN PGP MESSAGE-----"
MOST = 20  # signatures in one text


def opened(text: str) -> tuple[str, list[str]]:
    """The text with signed words as they were written, and the signatures; what is not whole stays as it is.

    Args:
        text: with line feeds only.
    """
    if _SIGNED not in text:
        return text, []
    rows, kept, signatures = text.split("\n"), list[str](), list[str]()
    number = 0
    while number < len(rows):
        found = _places(rows, number) if rows[number].rstrip() == _SIGNED and len(signatures) < MOST else None
        if found is None:
            kept.append(rows[number])
            number += 1
            continue
        first, signature, end = found
        kept += [row.removeprefix("- ") for row in rows[first:signature]]  # section 7.2
        signatures.append("\n".join(rows[signature : end + 1]) + "\n")
        number = end + 1
    return "\n".join(kept), signatures


def _places(rows: list[str], number: int) -> tuple[int, int, int] | None:
    """The lines where the words, their signature and its end stand; None if there is another message before."""
    wanted = ["", _SIGNATURE, _END]
    found: list[int] = []
    for place in range(number + 1, len(rows)):
        row = rows[place].rstrip()
        if row == wanted[len(found)]:
            found.append(place)
            if len(found) == len(wanted):
                return found[0] + 1, found[1], found[2]
        elif row == _SIGNED:
            return None
    return None

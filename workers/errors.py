"""The two ways a step can fail; anything else is a fault of ours and rolls everything back."""


class Temporary(Exception):  # noqa: N818  it reads as what it says: this failure is temporary
    """It may work later: tried again, attempts counted in PostgreSQL before the work."""


class Permanent(Exception):  # noqa: N818  it reads as what it says: this failure is permanent
    """It can never work: not tried again, the reason is shown to a person."""

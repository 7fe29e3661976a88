"""The organizations of the proof and the people in them: A and B are twins, C is another."""

from dataclasses import dataclass
from uuid import UUID, uuid5

_SPACE = UUID("6f1c8a52-5d0e-4a53-9a5c-000000000000")


def made(*words: str) -> UUID:
    """The same identifier for the same words, always."""
    return uuid5(_SPACE, " ".join(words))


@dataclass(frozen=True, slots=True)
class World:
    """One organization; twins share their salt, and so every value that is not exempt."""

    letter: str
    salt: str

    @property
    def org(self) -> UUID:
        """Its identifier."""
        return made("organization", self.letter)

    @property
    def partner(self) -> "World":
        """The organization that this one routes tickets to."""
        return A if self is C else C

    @property
    def stranger(self) -> "World":
        """An organization that it routes nothing to."""
        return {"A": B, "B": A, "C": B}[self.letter]

    def identifier(self, table: str, kind: str, *, shared: bool = True) -> UUID:
        """The `id` of a row; of an exempt table (`shared` false) each organization has its own."""
        if table == "organizations":
            return self.org
        return made(self.salt if shared else self.letter, table, kind)


A = World("A", "twin")
B = World("B", "twin")
C = World("C", "other")
WORLDS = (A, B, C)
D = World("D", "bystander")
"""An organization of which only its own row is there."""
E = World("E", "unborn")
"""An organization that is not there."""

BASE = "base"
"""The kind of row that every table has: where it belongs to a person, the customer's."""


def profile(world: World, kind: str) -> UUID:
    """Who acts."""
    return world.identifier("profiles", kind)

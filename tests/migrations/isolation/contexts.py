"""Who asks: every role inside organization A, and everybody outside of it."""

from dataclasses import dataclass
from uuid import UUID

from tests.migrations.isolation.world import A, B, C, World, made, profile

NO_DEPARTMENT = "none"
"""Of an agent under department isolation who has none: the nil identifier, which no ticket has."""


@dataclass(frozen=True, slots=True)
class Context:
    """One transaction's context and login."""

    name: str
    login: str = "postern_app"
    world: World | None = None
    role: str = ""
    person: str = ""
    department: str = ""
    home: World | None = None

    def settings(self) -> dict[str, str]:
        """The five settings, '' for what is unset."""
        known = self.world
        said: dict[str, UUID | str] = {
            "app.org_id": known.org if known else "",
            "app.profile_id": profile(known, self.person) if known and self.person else "",
            "app.role": self.role,
            "app.department_id": self._department(),
            "app.home_org_id": self.home.org if self.home else "",
        }
        return {name: str(value) for name, value in said.items()}

    def _department(self) -> UUID | str:
        if self.department == NO_DEPARTMENT:
            return UUID(int=0)
        return self.world.identifier("departments", self.department) if self.world and self.department else ""

    def enter(self) -> str:
        """The statements that make a transaction of the administrator this one."""
        sets = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in self.settings().items())
        return f"SET LOCAL ROLE {self.login}; SELECT {sets}"


INSIDERS = (
    Context("system", world=A, role="system", person="system"),
    Context("admin", world=A, role="admin", person="admin"),
    Context("agent", world=A, role="agent", person="agent"),
    Context("colleague", world=A, role="agent", person="colleague", department="base"),
    Context("isolated", world=A, role="agent", person="isolated", department="other"),
    Context("customer", world=A, role="customer", person="customer"),
    Context("other", world=A, role="customer", person="other"),
    Context("guest", world=A, role="guest", person="guest", home=C),
    Context("foreign", world=A, role="guest", person="foreign", home=B),
    Context("gateway", login="postern_gateway", world=A, role="system", person="system"),
    Context("fetcher", login="postern_fetcher", world=A, role="system", person="system"),
)
OUTSIDERS = (
    Context("nobody"),
    Context("nobody at the door", login="postern_gateway"),
    Context("system of B", world=B, role="system", person="system"),
    Context("admin of B", world=B, role="admin", person="admin"),
    Context("agent of B", world=B, role="agent", person="agent"),
    Context("customer of B", world=B, role="customer", person="customer"),
    Context("guest in B from A", world=B, role="guest", person="guest", home=A),
    Context("agent of C", world=C, role="agent", person="agent"),
    Context("system of C", world=C, role="system", person="system"),
)
OWNER = Context("administrator", login="postern_admin", world=C, role="system", person="system")
"""Whom the proof's own policies let write everywhere: what stops them is no policy."""

LOGINS = ("postern_app", "postern_gateway", "postern_fetcher")
NOBODY = str(made("nobody"))

"""Policies taken away or opened one at a time: something that somebody may do has to change."""

from collections.abc import Callable
from dataclasses import dataclass

from psycopg.sql import SQL, Composed, Identifier

from tests.migrations.isolation import outside
from tests.migrations.isolation.behaviour import Act, calls, observe, writes
from tests.migrations.isolation.cases import Outcome, Stage
from tests.migrations.isolation.contexts import INSIDERS, OUTSIDERS
from tests.migrations.isolation.matrix import all_kinds, tries

_POLICIES = """
    SELECT tablename, policyname, roles = '{public}', permissive = 'PERMISSIVE', cmd, qual, with_check
    FROM pg_policies WHERE schemaname = 'public' AND policyname NOT IN ('watcher', 'backup') ORDER BY 1, 2
"""
_READERS = """
    SELECT DISTINCT p.polrelid::regclass::text
    FROM pg_depend d JOIN pg_policy p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = %s::regclass AND p.polrelid <> d.refobjid ORDER BY 1
"""
_LETTERS = {"SELECT": "S", "INSERT": "I", "UPDATE": "U", "DELETE": "D", "ALL": "SIUD"}


@dataclass(frozen=True, slots=True)
class Policy:
    """One row of pg_policies."""

    table: str
    name: str
    public: bool
    permissive: bool
    command: str
    using: str | None
    check: str | None

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


Case = tuple[str, str, str, str]
"""Table, kind of row, name of the context, letter."""


class Baseline:
    """Things as they are: what may be done and what comes of it, tried once for a test process."""

    def __init__(self) -> None:
        self._rights: dict[str, dict[Case, bool]] = {}
        self._behaviours: list[tuple[Act, Outcome]] = []

    def rights(self, stage: Stage, table: str) -> dict[Case, bool]:
        """A table's part of the matrix."""
        if table not in self._rights:
            self._rights[table] = {
                (table, kind, context.name, letter): may
                for kind in all_kinds(table)
                for context in INSIDERS
                for letter, may in tries(stage, stage.tables[table], kind, context)
            }
        return self._rights[table]

    def behaviours(self, stage: Stage) -> list[tuple[Act, Outcome]]:
        """Every act with what comes of it."""
        self._behaviours = self._behaviours or [
            (act, observe(stage, act)) for act in (*calls(stage), *writes(stage, self.rights))
        ]
        return self._behaviours


class Laboratory:
    """The matrix and the behaviours as they are, and again with one policy changed."""

    def __init__(self, stage: Stage, baseline: Baseline) -> None:
        self.stage = stage
        self.baseline = baseline
        self.contexts = {context.name: context for context in INSIDERS}

    def policies(self) -> list[Policy]:
        """All policies of the schema."""
        return [Policy(*row) for row in self.stage.admin.execute(_POLICIES)]

    def readers(self, table: str) -> list[str]:
        """The tables whose policies look into this one."""
        return [name for (name,) in self.stage.admin.execute(_READERS, (table,))]

    def misses(self, policy: Policy) -> bool:
        """Whether anything is different without the policy."""
        tables = (policy.table, *self.readers(policy.table))
        known = {table: self.baseline.rights(self.stage, table) for table in tables}
        self.baseline.behaviours(self.stage)
        drop = SQL("DROP POLICY {} ON {}").format(Identifier(policy.name), Identifier(policy.table))
        looks = [lambda: self._acts_differ(policy), lambda: self._rights_differ(policy, known)]
        return self.changed(drop, *(reversed(looks) if policy.public else looks))

    def changed(self, statement: Composed, *looks: Callable[[], bool]) -> bool:
        """Whether one of the looks finds a difference after a statement, which is undone."""
        self.stage.admin.execute("SAVEPOINT mutated")
        try:
            self.stage.admin.execute(statement)
            return any(look() for look in looks)
        finally:
            self.stage.admin.execute("ROLLBACK TO SAVEPOINT mutated; RELEASE SAVEPOINT mutated")

    def _rights_differ(self, policy: Policy, known: dict[str, dict[Case, bool]]) -> bool:
        letters = _LETTERS[policy.command]
        cases = [(case, may) for table in known.values() for case, may in table.items() if may or not policy.permissive]
        cases.sort(key=lambda it: (it[0][0] != policy.table, it[0][3] not in letters))
        return any(self._may(case) != may for case, may in cases)

    def _may(self, case: Case) -> bool:
        table, kind, name, letter = case
        found = tries(self.stage, self.stage.tables[table], kind, self.contexts[name], letter)
        return next(may for _, may in found)

    def _acts_differ(self, policy: Policy) -> bool:
        def near(known: tuple[Act, Outcome]) -> bool:
            return f"'{policy.table}'" in repr(known[1].left)

        acts = sorted(self.baseline.behaviours(self.stage), key=near, reverse=True)
        return any(observe(self.stage, act) != before for act, before in acts)

    def lets_in(self, policy: Policy) -> bool:
        """Whether somebody gets in once the policy's conditions hold for everybody."""
        table = self.stage.tables[policy.table]
        parts = [SQL(" USING (true)")] if policy.using else []
        parts += [SQL(" WITH CHECK (true)")] if policy.check else []
        names = Identifier(policy.name), Identifier(policy.table)
        statement = SQL("ALTER POLICY {} ON {}").format(*names) + SQL("").join(parts)

        refused = [case for case, may in self.baseline.rights(self.stage, policy.table).items() if not may]

        def complained() -> bool:
            return any(True for context in OUTSIDERS for _ in outside.complaints(self.stage, table, context))

        return self.changed(statement, complained, lambda: any(map(self._may, refused)))

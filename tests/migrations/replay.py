"""Says a tape to another database, in order, and tells which statements that database no longer takes."""

import re
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import psycopg
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

from models.settings import Login, Settings
from tests.migrations.tape import NAME, Step, Tape, names_in, rows_of, unpacked

IDENTIFIER = 16  # bytes
WRITTEN = 36  # characters of an identifier with its hyphens
SAID = re.compile(NAME.pattern + rb"|\b[0-9a-f]{32}\b")  # Python's JSON leaves them out
# Statements whose rows may differ in number, and why; the text is searched for in the SQL.
MAY_DIFFER = {
    "postern_metrics()": "a newer schema may count more things",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """A statement that the new schema does not take as the old one did."""

    number: int
    step: Step
    why: str

    def __str__(self) -> str:
        said = " ".join((self.step.sql or self.step.end).split())
        return f"step {self.number}, login {self.step.login}: {self.why}\n    {said[:500]}"


class Names:
    """What this database calls what the recorded one called otherwise: identifiers it made, numbers of a month."""

    def __init__(self) -> None:
        self._now: dict[bytes, bytes] = {}
        self._there: set[bytes] = set()

    def learn(self, recorded: Sequence[str], found: Sequence[str]) -> None:
        """Take the new names in a result, in order, for those in the recorded result.

        Args:
            recorded: all names in the result then.
            found: all names in the result now.
        """
        both = set(recorded) & set(found)
        old = dict.fromkeys(one.encode() for one in recorded if one not in both)
        new = dict.fromkeys(one.encode() for one in found if one not in both)
        unknown = [one for one in old if one not in self._now]
        free = [one for one in new if one not in self._there]
        self._there.update(free)
        for was, now in zip(unknown, free, strict=False):
            self._now[was] = now
            if len(was) == WRITTEN:
                self._now[was.replace(b"-", b"")] = now.replace(b"-", b"")

    def translate(self, value: bytes | None, *, binary: bool) -> bytes | None:
        """A value with the names that are known here."""
        if value is None or (binary and len(value) < IDENTIFIER):
            return value
        if not binary:
            return SAID.sub(lambda found: self._now.get(found[0], found[0]), value)
        for was, now in self._now.items():
            if len(was) == 2 * IDENTIFIER:
                value = value.replace(bytes.fromhex(was.decode()), bytes.fromhex(now.decode()))
        return value


class Replay:
    """One run of a tape over real connections with the logins that it names."""

    def __init__(self, settings: Settings, most: int = 20) -> None:
        """Nothing is said yet.

        Args:
            settings: of the database.
            most: failures after which it stops.
        """
        self._settings = settings
        self._most = most
        self._names = Names()
        self._lines: dict[int, PGconn] = {}

    def run(self, tape: Tape) -> list[Failure]:
        """Say everything; what fails in a transaction takes the rest of that transaction with it, in silence.

        Args:
            tape: what was recorded.
        """
        found: list[Failure] = []
        with ExitStack() as lines:
            for number, step in enumerate(tape.steps):
                line = self._lines.get(step.line) or self._connect(step, lines)
                if why := self._play(line, step):
                    found.append(Failure(number, step, why))
                if len(found) >= self._most:
                    break
        return found

    def _connect(self, step: Step, lines: ExitStack) -> PGconn:
        login: Login = step.login  # type: ignore[assignment]  # a login that is gone is a KeyError in `url`
        url = self._settings.url(login)
        connection = lines.enter_context(psycopg.connect(url, autocommit=True))
        return self._lines.setdefault(step.line, connection.pgconn)

    def _play(self, line: PGconn, step: Step) -> str:
        if step.end:
            return self._end(line, step)
        if line.transaction_status == TransactionStatus.INERROR:
            return ""
        if not step.auto and line.transaction_status == TransactionStatus.IDLE:
            line.exec_(b"BEGIN")
        return self._judge(step, self._say(line, step))

    def _end(self, line: PGconn, step: Step) -> str:
        if step.end == "close":
            line.finish()
            return ""
        broken = line.transaction_status == TransactionStatus.INERROR
        result = line.exec_(step.end.upper().encode())
        return "" if broken else _differs(step.error, result)

    def _say(self, line: PGconn, step: Step) -> PGresult:
        if not step.values:
            return line.exec_(step.sql.encode())
        binary = [isinstance(value, dict) for value in step.values]
        values = [
            self._names.translate(unpacked(value), binary=as_bytes)
            for value, as_bytes in zip(step.values, binary, strict=True)
        ]
        return line.exec_params(step.sql.encode(), values, step.types, [int(one) for one in binary])

    def _judge(self, step: Step, result: PGresult) -> str:
        if (why := _differs(step.error, result)) or step.error:
            return why
        names, rows = names_in(result), rows_of(result)
        self._names.learn(step.names, names)
        if any(text in step.sql for text in MAY_DIFFER):
            return ""
        if rows != step.rows:
            return f"{rows} rows, {step.rows} when it was recorded"
        if len(names) != len(step.names):
            return f"{len(names)} identifiers in its rows, {len(step.names)} when it was recorded"
        return ""


def _differs(recorded: str, result: PGresult) -> str:
    good = result.status in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
    state = "" if good else _field(result, DiagnosticField.SQLSTATE) or "?"
    if state == recorded:
        return ""
    if good:
        return f"it succeeds (recorded: {recorded})"
    said = f"{state} {result.get_error_message().strip().splitlines()[0]}"
    inside = _field(result, DiagnosticField.CONTEXT)
    where = f" ({inside.splitlines()[-1]})" if inside else ""
    return f"{said}{where} (recorded: {recorded})" if recorded else f"{said}{where}"


def _field(result: PGresult, field: DiagnosticField) -> str:
    return (result.error_field(field) or b"").decode()


def report(failures: Iterable[Failure]) -> str:
    """Failures as text, one statement only once."""
    seen: set[tuple[str, str]] = set()
    fresh = [one for one in failures if not ((key := (one.step.sql, one.why)) in seen or seen.add(key))]  # type: ignore[func-returns-value]  # its None is meant
    return "\n".join(map(str, fresh))

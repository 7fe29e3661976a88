"""`postern doctor`: whether this installation can keep what a 250 promises, and what to do about it."""

from collections.abc import Iterator
from dataclasses import asdict

import typer

from gateway.cli import printing
from gateway.cli.checks import CHECKS, Check, Finding, Verdict
from gateway.cli.options import AsJson, keys
from gateway.cli.problems import sentence

app = typer.Typer(add_completion=False, rich_markup_mode=None)
KEYS = ("check", "verdict", "said", "advice")


@app.command(epilog=keys(KEYS))
def doctor(as_json: AsJson = False) -> None:
    """Check this installation: each line is ok, warn or fail, and says what to do. Exit code 1 when one fails."""
    found: list[Finding] = []
    for check in CHECKS:
        found += (finding for finding in examine(check) if finding not in found)
    if as_json:
        printing.document([asdict(finding) for finding in found])
    else:
        for finding in found:
            printing.say(f"{finding.verdict:<4}  {finding.check}: {finding.said}")
            if finding.advice:
                printing.say(f"      → {finding.advice}")
    raise typer.Exit(int(any(finding.verdict is Verdict.FAIL for finding in found)))


def examine(check: Check) -> Iterator[Finding]:
    """Findings of one check; what keeps it from looking is a finding too, so that the others are still made."""
    try:
        yield from check()
    except Exception as error:
        said = sentence(error)
        if said is None:
            raise
        part = check.__module__.rpartition(".")[2]
        yield Finding(part, Verdict.FAIL, said, "mend this first, then run `postern doctor` again")

"""compose.yml as it stands, and its processes run on this machine: same words, variables and secrets, other places."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.running import ROOT, clean_environment, free_port

FILE = ROOT / "compose.yml"
DATA, SECRETS = "/var/lib/postern", "/run/secrets"
DOORS = ("2525", "2424", "8025")
CONTEXT: dict[str, Any] = YAML(typ="safe", pure=True).load(FILE)
SERVICES: dict[str, dict[str, Any]] = CONTEXT["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"] == "postern"}


def words(service: Mapping[str, Any]) -> list[str]:
    """The command of one of our services, whole: the entry point of the image is `postern`."""
    return [*service.get("entrypoint", ["postern"]), *service.get("command", [])]


@dataclass
class Machine:
    """Stands for the machine that containers run on.

    Attributes:
        folder: everything is below it.
        secrets: the folder that `make secrets` made, with `relay`.
        processes: what was started.
    """

    folder: Path
    secrets: Path
    processes: "list[subprocess.Popen[bytes]]" = field(default_factory=list)
    _ports: dict[tuple[int, str], int] = field(default_factory=dict)

    def port(self, number: int, inside: str) -> int:
        """Where a port of the gateway with this number is published."""
        return self._ports.setdefault((number, inside), free_port())

    def start(self, name: str, number: int = 1) -> "subprocess.Popen[bytes]":
        """Start a container of a service."""
        said = self._said(name, number, words(OURS[name]))
        with self.log(name, number).open("wb") as log:
            process = subprocess.Popen(
                said, cwd=self.data(name, number), env=self._environment(name, number), stdout=log, stderr=log
            )
        self.processes.append(process)
        return process

    def healthy(self, name: str, number: int = 1) -> bool:
        """What the health check of a container says now."""
        kind, *test = SERVICES[name]["healthcheck"]["test"]
        said = [one.replace("$$", "$") for one in (["sh", "-c", *test] if kind == "CMD-SHELL" else test)]
        return self._run(name, number, said).returncode == 0

    def desk(self, *more: str) -> Any:
        """What a command of the desk answers."""
        done = self._run("desk", 1, [*words(OURS["desk"]), *more, "--json"])
        assert done.returncode in {0, 1}, done.stderr
        return json.loads(done.stdout)

    def log(self, name: str, number: int = 1) -> Path:
        """What a container prints."""
        return self.folder / f"{name}-{number}.log"

    def data(self, name: str, number: int = 1) -> Path:
        """The data folder of a container, with the volume `keys` where it has that."""
        data = self.folder / f"{name}-{number}"
        data.mkdir(exist_ok=True, mode=0o700)
        keys = [one for one in SERVICES[name].get("volumes", []) if one.startswith("keys:")]
        if keys and not (data / "keys").exists():
            (self.folder / "keys").mkdir(exist_ok=True, mode=0o700)
            (data / "keys").symlink_to(self.folder / "keys")
        return data

    def stop(self) -> list[int]:
        """End all of them; their exit codes."""
        for process in self.processes:
            process.terminate()
        codes = [process.wait(60) for process in self.processes]
        self.processes.clear()
        return codes

    def _run(self, name: str, number: int, said: Sequence[str]) -> "subprocess.CompletedProcess[bytes]":
        environment = self._environment(name, number)
        here = self._said(name, number, said)
        return subprocess.run(here, env=environment, capture_output=True, timeout=60, check=False)

    def _environment(self, name: str, number: int) -> dict[str, str]:
        given = {**SERVICES[name].get("environment", {}), "POSTERN_DATA": DATA}
        told = {variable: self._here(name, number, value) for variable, value in given.items()}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        # the servers of tests do not wait for the disk
        return {**clean_environment(), "PATH": path, "PYTHONPATH": str(ROOT), "POSTERN_UNSAFE_DATABASE": "true", **told}

    def _said(self, name: str, number: int, said: Sequence[str]) -> list[str]:
        program, *rest = (self._here(name, number, word) for word in said)
        own = {"python": [sys.executable], "postern": [sys.executable, "-m", "gateway.cli"]}
        return [*own.get(program, [program]), *rest]

    def _here(self, name: str, number: int, value: str) -> str:
        known = {
            SECRETS: str(self.secrets),
            DATA: str(self.data(name, number)),
            "${POSTERN_HOSTNAME": "mx.postern.test$",
            "${POSTERN_PUBLIC_URL:-}": "",
            "${POSTERN_SPAMASSASSIN:-}": "",
        }
        doors = {f":{inside}": f":{self.port(number, inside)}" for inside in DOORS if name in {"gateway", "desk"}}
        for there, here in {**known, **doors, "0.0.0.0": "127.0.0.1", "gateway:": "127.0.0.1:"}.items():
            value = value.replace(there, here)
        return value.partition("$:?")[0]

"""The table of processes as systemd units: the same commands, each with its own secrets and next to no rights."""

from collections.abc import Sequence

from gateway.supervisor.processes import PROCESSES, Process

HOME = "/var/lib/postern"
SECRETS = "/etc/postern/secrets"
ENVIRONMENT = "/etc/postern/environment"
MIGRATION = Process(
    "migrate",
    ("python", "-m", "gateway.cli", "migrate"),
    needs=("postgres",),
    secrets=("database_url", "app_database_url", "gateway_database_url", "fetcher_database_url", "seal_keys"),
)
SERVERS = {"postgres": "postgresql.service", "redis": "redis-server.service", "schema": "postern-migrate.service"}
HARDENING = """\
UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
PrivateDevices=yes
PrivateTmp=yes
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service"""
LOW_PORTS = "CAP_NET_BIND_SERVICE"  # 25 is one


def units(python: str, table: Sequence[Process] = PROCESSES) -> dict[str, str]:
    """All units by file name.

    Args:
        python: the interpreter that Postern is installed for.
        table: what is to run.
    """
    services = {f"postern-{row.name}.service": _service(row, python) for row in (MIGRATION, *table)}
    return {"postern.target": _target(tuple(services)), **services}


def _target(services: Sequence[str]) -> str:
    wanted = " ".join(services)
    return f"[Unit]\nDescription=Postern\nWants={wanted}\n\n[Install]\nWantedBy=multi-user.target\n"


def _service(row: Process, python: str) -> str:
    return "\n".join((*_unit(row), "", "[Service]", *_running(row, python), *_rights(row), HARDENING, ""))


def _unit(row: Process) -> list[str]:
    servers = [SERVERS[need] for need in row.needs]
    required = [f"Requires={SERVERS['schema']}"] if "schema" in row.needs else []
    after = ["network-online.target", *servers]
    lines = ["[Unit]", f"Description=Postern {row.name}", "PartOf=postern.target", "Wants=network-online.target"]
    return [*lines, f"After={' '.join(after)}", *required, "StartLimitIntervalSec=0"]


def _running(row: Process, python: str) -> list[str]:
    command = f"ExecStart={' '.join(_word(word, python) for word in row.argv)}"
    files = [f"Environment=POSTERN_{name.upper()}_FILE=%d/{name}" for name in row.secrets]
    once = ["Type=oneshot", "RemainAfterExit=yes", "Restart=on-failure"]
    kept = ["Restart=always", f"KillSignal={row.stop_signal.name}", "KillMode=mixed", "TimeoutStopSec=60"]
    where = [f"WorkingDirectory={HOME}", f"EnvironmentFile={ENVIRONMENT}", f"Environment=POSTERN_DATA={HOME}"]
    return [*(once if row is MIGRATION else kept), "RestartSec=2", command, *where, *files]


def _word(word: str, python: str) -> str:
    """A word of a command line as systemd reads it, to whom `%` and `$` mean something."""
    place = python if word == "python" else word.replace("{data}", HOME)
    return place.replace("%", "%%").replace("$", "$$")


def _rights(row: Process) -> list[str]:
    secrets = [f"LoadCredential={name}:{SECRETS}/{name}" for name in row.secrets]
    ports = [f"CapabilityBoundingSet={LOW_PORTS}", f"AmbientCapabilities={LOW_PORTS}"]
    rights = ports if row.listens else ["CapabilityBoundingSet="]
    return [*secrets, "User=postern", "Group=postern", "StateDirectory=postern", "StateDirectoryMode=0700", *rights]

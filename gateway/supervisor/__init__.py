"""`postern up`: everything that a mail passes through on one machine, started, kept alive, and stopped in order."""

from gateway.supervisor.processes import PROCESSES, Process
from gateway.supervisor.up import up

__all__ = ["PROCESSES", "Process", "up"]

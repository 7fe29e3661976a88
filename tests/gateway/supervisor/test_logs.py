"""Logs stay within bounds."""

from pathlib import Path

from gateway.supervisor import logs


def test_log_that_grew_too_large_is_set_aside_while_it_is_written(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"x" * 100)
        logs.trim(tmp_path, limit=50)
        writer.write(b"next")
    assert log.read_bytes() == b"next"
    assert (tmp_path / "worker.log.1").read_bytes() == b"x" * 100

"""The table."""

from gateway.supervisor import PROCESSES


def test_table_names_each_process_once_and_the_door_first() -> None:
    assert [one.name for one in PROCESSES] == ["gateway", "worker-inbound", "worker-outbound", "beat"]
    assert PROCESSES[0].listens

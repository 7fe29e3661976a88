"""Redis as we start it: a private socket, an append-only file, and no refusal to start over a broken one."""

from pathlib import Path

import pytest
import redis

from gateway.embedded import EmbeddedRedis, ServerError


def test_redis_keeps_what_it_was_told(data: Path) -> None:
    server = EmbeddedRedis(data)
    server.start()
    with redis.Redis.from_url(server.url()) as client:
        client.set("bell", "rung")
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("port") == {"port": "0"}
        assert client.config_get("save") == {"save": ""}
    server.stop()
    server.start()
    with redis.Redis.from_url(server.url()) as client:
        assert client.get("bell") == b"rung"
    server.stop()
    assert server.url("redis+socket") == server.settings.broker()


def test_file_that_cannot_be_read_is_set_aside_at_the_second_start(data: Path) -> None:
    server = EmbeddedRedis(data)
    server.start()
    server.stop()
    for file in (data / "redis").rglob("appendonly.aof*"):
        if file.is_file() and not file.name.endswith(".manifest"):
            file.write_bytes(b"rubbish after a power cut\r\n" * 10)
    with pytest.raises(ServerError, match="append only file"):
        server.start()
    server.start()
    assert server.ready()
    server.stop()
    assert [path for path in (data / "redis").iterdir() if path.suffix.strip(".").isdigit()]

"""Real PostgreSQL and Redis for one machine: mail is never lost for want of a server to keep it in."""

from gateway.embedded.postgres import EmbeddedPostgres
from gateway.embedded.redis import EmbeddedRedis
from gateway.embedded.server import ServerError

__all__ = ["EmbeddedPostgres", "EmbeddedRedis", "ServerError"]

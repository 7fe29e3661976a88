"""A Redis as somebody sets one up for a cache: when it is full it throws away whatever it likes."""

from dataclasses import replace

from gateway.embedded import EmbeddedRedis
from gateway.embedded.child import Program


class ForgetfulRedis(EmbeddedRedis):
    """`maxmemory-policy allkeys-lru`."""

    def program(self) -> Program:
        """As ours, but for the policy."""
        ours = super().program()
        return replace(ours, argv=["allkeys-lru" if word == "noeviction" else word for word in ours.argv])

"""Alembic's entry: migrations run over the administrator's connection that `migrations.run` hands in."""

from alembic import context

from models.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()

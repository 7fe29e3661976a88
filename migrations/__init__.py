"""The schema's history; `migrations.run.upgrade()` brings a database to the head."""

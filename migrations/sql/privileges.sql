-- The readiness page compares the revision (the table is the administrator's, made by Alembic).
RESET ROLE;
GRANT SELECT ON alembic_version TO postern_app, postern_gateway, postern_fetcher;

-- One worker of an organization decides limits at a time.
SELECT pg_advisory_xact_lock(hashtextextended('limits of ' || CAST(:org AS uuid), 0))

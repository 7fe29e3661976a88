"""Rules that the catalogue of a migrated database keeps, each a pure function of a connection."""

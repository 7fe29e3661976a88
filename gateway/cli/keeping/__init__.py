"""Backups: every row and every key of an installation in one file, and back.

COPY of each table in one snapshot, rather than pg_dump: the embedded server's wheel and the program's image hold no
pg_dump of its version everywhere, a dump under row level security is silently partial, and counts and digests have to
be of the very bytes that are kept.
"""

"""Tests mirror the code path for path; stories through the front door stand in `journeys/`."""

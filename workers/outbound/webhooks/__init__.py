"""Calls of webhooks: outbox rows to POST requests, signed as Standard Webhooks says, at addresses that were checked."""

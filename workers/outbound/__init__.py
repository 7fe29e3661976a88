"""Outbox to wire: claim, load, render, compose, deliver, record."""

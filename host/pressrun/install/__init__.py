"""Registering the relay with a browser, and undoing it."""

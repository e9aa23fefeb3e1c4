"""The fixtures of the store's tests."""

from helpers.stores import book, store

__all__ = ["book", "store"]

"""The fixtures of the store's tests."""

from helpers.stores import book, empty, store

__all__ = ["book", "empty", "store"]

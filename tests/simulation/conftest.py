"""The fixtures of the simulator's tests."""

from helpers.stores import book, empty, store

__all__ = ["book", "empty", "store"]

"""Pressrun makes the pictures of a graphic novel in the author's own tabs, and loses none."""

__version__ = "0.1.0"

"""A picture: what it is, what it was made from, and where it came from. No I/O."""

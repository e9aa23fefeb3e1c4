"""A night of the press in minutes: the real press and store, in a world of virtual time."""

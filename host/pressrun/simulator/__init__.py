"""A night of the press in minutes: the real press and store, on virtual time, in a made-up world."""

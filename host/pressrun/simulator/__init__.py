"""Simulates nights: the real press and store, in virtual time."""

"""Measuring pictures beside everything else, in a process that gives way to all others."""

"""Scheduling and the attempt: which job, which tab, when, and one picture's way to disk."""

"""Verifying: the record, the library and the history held against each other, and mended."""

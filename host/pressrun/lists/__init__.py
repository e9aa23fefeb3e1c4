"""Prompt lists in their many forms: bytes become entries, entries become panels."""

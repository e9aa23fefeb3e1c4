"""The soak: a long batch in a real browser while its processes are killed again and again."""

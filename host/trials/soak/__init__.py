"""The soak: a long batch in a real browser while everything dies again and again."""

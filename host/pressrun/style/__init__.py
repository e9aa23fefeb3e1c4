"""How a picture looks, in numbers, and whether it looks like others. Nothing here does I/O."""

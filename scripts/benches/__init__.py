"""The benches, a module each: its first line says what it measures, `run` measures it."""

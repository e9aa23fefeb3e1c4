"""How well the measure tells the styles of a folder of pictures apart: `--set DIR`."""

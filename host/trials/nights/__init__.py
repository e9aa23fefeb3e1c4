"""Simulated nights, also on pages that change: `scripts/simulate`."""

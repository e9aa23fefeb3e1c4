"""Simulated nights on pages that change from outside, and what `scripts/simulate` tells of them."""

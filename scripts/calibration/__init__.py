"""How the constants of the measure are made: from art that Debian packages ship."""

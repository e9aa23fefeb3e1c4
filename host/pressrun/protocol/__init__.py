"""What crosses the wire: frames, messages and the calls that carry them."""

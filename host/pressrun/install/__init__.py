"""Making a browser find the relay, and undoing it."""

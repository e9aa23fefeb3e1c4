"""What the author wants: panels with keys and prompts, in files the author owns."""

"""What is known of a site: its profile as data, and the judgement of what a page shows."""

"""Who is connected: the host process, its links, and what the press sees of a browser."""

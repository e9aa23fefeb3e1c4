"""The pictures on disk: a file is durable before the database says so, and stays as it came."""

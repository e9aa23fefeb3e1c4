"""Finding and starting a browser that loads our extension from its command line."""

"""Finding and starting a browser that takes our extension from its command line."""

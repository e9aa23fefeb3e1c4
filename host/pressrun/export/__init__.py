"""A book for readers, printers and letterers: pages, CBZ, PDF, a reader page, a folder."""

"""A book: the files that an author owns, and the prompts that are composed from them."""

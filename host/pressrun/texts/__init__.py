"""Texts that authors wrote: their bytes, their encoding, and what is wrong in them, by place."""

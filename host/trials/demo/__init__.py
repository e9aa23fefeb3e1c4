"""The demo: a small book through real browser tabs, against the local replica of the site."""

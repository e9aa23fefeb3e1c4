"""Programs that test Pressrun as a whole. They run from a checkout and are not shipped.

The replica of the site, soaks against it, nights on pages that change, and the demo.
"""

"""Programs that try Pressrun out, and are not shipped.

The replica of the site, soaks against it, nights on pages that change, and the demo.
"""

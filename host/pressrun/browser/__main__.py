"""`python -m pressrun.browser`: exit 4, with a message on stderr, when no browser is found."""

import sys

from pressrun.browser.find import NoBrowserError, find_browser
from pressrun.errors import Exit

try:
    find_browser()
except NoBrowserError as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(Exit.NO_HOST)

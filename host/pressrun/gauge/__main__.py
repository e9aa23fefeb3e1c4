"""`python -m pressrun.gauge`: measures pictures for the host that started it.

Questions come in on the standard input, answers go out on the standard output, and it ends with the
host. What a library prints goes to the standard error output, where it garbles no answer.
"""

import os
import sys

from pressrun.gauge import background
from pressrun.gauge.service import serve


def main() -> int:
    """Answer questions until there are no more; returns the exit code."""
    background.give_way()
    asked, answers = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(asked, "rb") as questions, os.fdopen(answers, "wb") as told:
        serve(questions, told)
    return 0


if __name__ == "__main__":
    sys.exit(main())

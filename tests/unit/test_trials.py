"""Programs that are not shipped, started by somebody who has only what is."""

import subprocess
import sys

import pytest

WITHOUT = """
import runpy, sys
sys.modules[{missing!r}] = None
runpy.run_module({program!r}, run_name="__main__")
"""


@pytest.mark.parametrize("missing", ["aiohttp", "cryptography"])
@pytest.mark.parametrize("program", ["trials.replica", "trials.demo", "trials.soak"])
def test_a_program_says_what_to_install(program: str, missing: str) -> None:
    """A line, and no traceback."""
    script = WITHOUT.format(missing=missing, program=program)
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{missing} is not installed")
    assert ended.stderr.endswith("pip install -e '.[trials]'\n")

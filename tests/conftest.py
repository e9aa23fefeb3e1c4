"""What all tests share, and the order in which they run."""

import pytest
from hypothesis import settings

# a busy machine is no failure, and a run that fails must fail again
settings.register_profile("pressrun", deadline=None, max_examples=40, derandomize=True)
settings.load_profile("pressrun")

FOLDERS = ("unit", "playbook", "store", "simulation", "wire", "crash", "browser")
"""From quick to slow, so that the cheapest test tells first what is broken."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests by folder, and keep those together that share a fixture of their file.

    With several workers a group goes to one of them, so that its fixture is made once. A group
    cannot be divided, so groups start first within their folder.
    """
    alone = set()
    for item in items:
        if shares(item):
            item.add_marker(pytest.mark.xdist_group(f"{item.path.parent.name}/{item.path.stem}"))
        else:
            alone.add(item)
    items.sort(key=lambda item: (FOLDERS.index(item.path.parent.name), item in alone))


def shares(item: pytest.Item) -> bool:
    """Whether a test uses something that is made once for its file, such as a browser."""
    fixtures = item._fixtureinfo.name2fixturedefs if isinstance(item, pytest.Function) else {}
    return any(found[-1].scope == "module" for found in fixtures.values())

"""The rules of the structure: what may import what, one name a class, and every folder explained.

Each rule is held against the product, and against a small package that breaks it.
"""

from pathlib import Path

import pytest

from helpers import layers
from helpers.layers import Import
from pressrun import __file__ as package

PRODUCT = Path(package).parent
MODULES = layers.parsed(PRODUCT)
IMPORTS = layers.imports(MODULES)
ARCHITECTURE = Path(__file__).parents[2] / "docs" / "architecture.md"

LAYERS = (
    {"__main__"},
    {"cli"},
    {"server", "simulator"},
    {"press", "verify", "browser", "export"},
    {"gauge"},
    {"store"},
    {"book"},
    {"library"},
    {"sites", "install"},
    {"lists", "scripts"},
    {"texts", "style"},
    {"picture"},
    {"protocol", "home", "words", "logs", "logged", "files"},
    {
        "states",
        "errors",
        "clock",
        "failpoint",
        "processes",
        "relay",
        "tasks",
        "characters",
        "__init__",
    },
)
"""From the top to the bottom. A part imports what is below it, and none of its neighbours."""

PIXELS = ("numpy", "onnxruntime")

DATABASE = ("sqlalchemy", "alembic", "aiosqlite")


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A package `ours` that breaks every rule."""
    files = {
        "__init__.py": "",
        "states.py": "",
        "cli/__init__.py": "class Order: ...",
        "cli/run.py": "from ours.press import plan",
        "press/__init__.py": "",
        "press/plan.py": "from ours import states\ndef late():\n    import ours.cli.run",
        "press/queue.py": "from sqlalchemy import select\nclass Order: ...\nclass _Own: ...",
        "store/__init__.py": "class _Own: ...",
        "store/rows.py": "import sqlalchemy.exc",
    }
    for name, text in files.items():
        path = tmp_path / "ours" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "ours"


def test_imports_point_one_way() -> None:
    """Command line and server above the press, the press above what it uses, states at the end."""
    assert layers.upward(IMPORTS, LAYERS) == []


def test_an_import_that_points_up_is_found(made: Path) -> None:
    """Also one within a function; so is a part that nobody has put into a layer."""
    found = layers.imports(layers.parsed(made))
    order = ({"cli"}, {"press"}, {"states"})
    assert layers.upward(found, order) == [
        "ours.press.plan imports ours.cli.run: cli is not below press"
    ]
    assert layers.upward(found, ({"cli", "press"}, {"states"})) == [
        "ours.cli.run imports ours.press.plan: press is not below cli",
        "ours.press.plan imports ours.cli.run: cli is not below press",
    ]
    assert layers.upward([Import("ours.a.b", "ours.states")], ({"states"},)) == [
        "ours.a.b imports ours.states: a stands in no layer"
    ]


def test_states_import_nothing_of_ours() -> None:
    """Everything may speak of them, so they depend on nothing."""
    assert [each for each in IMPORTS if layers.part(each.importer) == "states"
            and each.imported.startswith("pressrun")] == []  # fmt: skip


def test_no_modules_import_each_other() -> None:
    """There is no circle, not even through an import within a function."""
    assert layers.circles(IMPORTS) == []


def test_a_circle_is_found(made: Path) -> None:
    """Each group of modules that lead back to each other is told once."""
    found = layers.imports(layers.parsed(made))
    assert layers.circles(found) == [["ours.cli.run", "ours.press.plan"]]


def test_only_the_store_knows_sql() -> None:
    """Everything else asks the store's operations; the simulator audits what they wrote."""
    assert layers.users(IMPORTS, DATABASE) == {"store", "simulator"}


def test_only_the_process_that_measures_loads_what_it_takes() -> None:
    """The host stays small and starts fast: it knows measures as numbers, and no arrays."""
    assert layers.users(IMPORTS, PIXELS) <= {"style", "gauge"}
    loads = {each.importer for each in IMPORTS if layers.part(each.imported) == "style"}
    assert {layers.part(name) for name in loads} <= {"style", "gauge"}


def test_sql_outside_the_store_is_found(made: Path) -> None:
    """A library counts by whatever is imported from it."""
    assert layers.users(layers.imports(layers.parsed(made)), DATABASE) == {"press", "store"}


def test_the_product_does_not_import_its_stand_ins() -> None:
    """What is not shipped is imported nowhere; only `pressrun rehearse` starts the simulator."""
    assert layers.users(IMPORTS, ["trials"]) == set()
    starts = {each.importer for each in IMPORTS if layers.part(each.imported) == "simulator"}
    assert {name for name in starts if layers.part(name) != "simulator"} == {
        "pressrun.cli.rehearse_cmd"
    }


def test_no_two_public_classes_share_a_name() -> None:
    """Who reads a name knows which class is meant."""
    assert layers.namesakes(MODULES) == {}


def test_namesakes_are_found(made: Path) -> None:
    """Private classes may share a name: they are seen in one module only."""
    assert layers.namesakes(layers.parsed(made)) == {"Order": ["ours.cli", "ours.press.queue"]}


def test_the_architecture_page_lists_every_folder() -> None:
    """And names none that does not exist."""
    page = ARCHITECTURE.read_text(encoding="utf-8")
    assert layers.listed(page, "## The folders of `host/pressrun`") == layers.kept(PRODUCT)


def test_a_folder_that_the_page_forgets_is_found(made: Path) -> None:
    """The first column counts; a folder without modules and a private module do not."""
    page = (
        "## Folders\n\n| Where | What |\n|---|---|\n| `cli/` | see `press/` |\n\n## More\n| `x` |\n"
    )
    assert layers.listed(page, "## Folders") == {"cli"}
    (made / "empty").mkdir()
    assert layers.kept(made) == {"cli", "press", "states.py", "store"}

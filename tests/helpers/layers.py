"""Which module imports which, read from the source, and what must hold for it."""

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Modules = Mapping[str, ast.Module]
"""Parsed modules by their dotted names, such as `pressrun.store.tables`."""


@dataclass(frozen=True, order=True)
class Import:
    """One module that imports another, anywhere in its source."""

    importer: str
    imported: str

    def __str__(self) -> str:
        return f"{self.importer} imports {self.imported}"


def parsed(package: Path) -> Modules:
    """Parse every module of the package in a folder."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imports(modules: Modules) -> list[Import]:
    """Return every import, of our own modules and of others, each once and in order."""
    return sorted(
        {
            Import(name, imported)
            for name, module in modules.items()
            for node in ast.walk(module)
            for imported in _imported(node, modules)
            if imported != name
        }
    )


def _imported(node: ast.AST, modules: Modules) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module is not None:
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            yield whole if whole in modules else node.module


def part(module: str) -> str:
    """Return the folder or top module that a module belongs to; `__init__` for the package's own.

    `pressrun.store.tables` belongs to `store`, `pressrun.home` to `home`.
    """
    _, _, inner = module.partition(".")
    return inner.partition(".")[0] or "__init__"


def upward(found: Collection[Import], layers: Sequence[Collection[str]]) -> list[str]:
    """Return what breaks the order of layers.

    A module may import its own part and parts of lower layers, never a neighbour's.

    Args:
        found: the imports; those of other packages are passed over.
        layers: the parts of each layer, from the top to the bottom.
    """
    height = {name: -place for place, layer in enumerate(layers) for name in layer}
    wrong = []
    for each in found:
        package = each.importer.partition(".")[0]
        if each.imported.partition(".")[0] != package:
            continue
        above, below = part(each.importer), part(each.imported)
        missing = sorted({above, below} - height.keys())
        if missing:
            wrong.append(f"{each}: {', '.join(missing)} stands in no layer")
        elif above != below and height[above] <= height[below]:
            wrong.append(f"{each}: {below} is not below {above}")
    return wrong


def circles(found: Collection[Import]) -> list[list[str]]:
    """Return the groups of modules that import each other, directly or through others."""
    onward: dict[str, set[str]] = defaultdict(set)
    for each in found:
        onward[each.importer].add(each.imported)

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        left = [start]
        while left:
            new = onward[left.pop()] - seen
            seen |= new
            left.extend(new)
        return seen

    reach = {name: reached(name) for name in list(onward)}
    groups = {
        tuple(sorted(other for other in reach[name] if name in reach.get(other, ())))
        for name in reach
        if name in reach[name]
    }
    return [list(group) for group in sorted(groups)]


def users(found: Collection[Import], libraries: Collection[str]) -> set[str]:
    """Return the parts whose modules import one of these packages, or something in them."""
    return {
        part(each.importer)
        for each in found
        if any(f"{each.imported}.".startswith(f"{library}.") for library in libraries)
    }


def namesakes(modules: Modules) -> dict[str, list[str]]:
    """Return the public classes that share a name, with the modules that define them."""
    defined: dict[str, list[str]] = defaultdict(list)
    for name, module in modules.items():
        for node in module.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                defined[node.name].append(name)
    return {name: places for name, places in sorted(defined.items()) if len(places) > 1}


def listed(page: str, heading: str) -> set[str]:
    """Return what the first column of the table below a heading names, without its slashes."""
    _, _, rest = page.partition(f"{heading}\n")
    section = re.split(r"^## ", rest, maxsplit=1, flags=re.MULTILINE)[0]
    first_cells = re.findall(r"^\|([^|]*)\|", section, re.MULTILINE)
    return {name.strip("/") for cell in first_cells for name in re.findall(r"`([^`]+)`", cell)}


def kept(package: Path) -> set[str]:
    """Return the folders and top modules of a package, as its table names them."""
    return {
        path.name
        for path in package.iterdir()
        if not path.name.startswith("_") and (path.suffix == ".py" or any(path.glob("*.py")))
    }

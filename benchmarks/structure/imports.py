"""Finds imports between packages and modules by parsing the source, so that any commit can be measured."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

PACKAGE = "summarise"


def modules(root: Path) -> dict[str, Path]:
    """Return the files of the package by the dotted names of their modules."""
    files = {}
    for file in sorted((root / PACKAGE).rglob("*.py")):
        parts = file.relative_to(root).with_suffix("").parts
        files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return files


def parts(root: Path) -> tuple[list[str], list[str]]:
    """Return the top-level packages, and the top-level modules except `__init__`."""
    names = sorted({name.split(".")[1] for name in modules(root) if "." in name})
    packages = [name for name in names if (root / PACKAGE / name).is_dir()]
    return packages, [name for name in names if name not in packages]


def layers(root: Path) -> list[list[str]]:
    """Return the top-level packages and modules by layer, the lowest first.

    Imports inside functions count. Imports only for type checkers do not. Raises CycleError if parts import each other.
    """
    sorter = TopologicalSorter(_graph(root))
    sorter.prepare()
    stack = []
    while sorter.is_active():
        ready = sorter.get_ready()
        stack.append(sorted(ready))
        sorter.done(*ready)
    return stack


def _graph(root: Path) -> dict[str, set[str]]:
    files = modules(root)
    graph: dict[str, set[str]] = {name.split(".")[1]: set() for name in files if "." in name}
    for name, file in files.items():
        if "." not in name:
            continue
        part = name.split(".")[1]
        for imported in _imports(ast.parse(file.read_text(encoding="utf-8")), set(files)):
            other = imported.split(".")[1] if "." in imported else part
            if other != part and other in graph:
                graph[part].add(other)
    return graph


def _imports(tree: ast.Module, known: set[str]) -> Iterator[str]:
    for node in _at_run_time(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] == PACKAGE)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == PACKAGE:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in known else str(node.module)


def _at_run_time(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _at_run_time(node)

"""Write the reference pages: the command from its own help, the Python names from their signatures and docstrings.

`python docs/site/reference.py [FOLDER]` writes into docs/reference, or into the folder.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from command_help import command_reference, escaped

import summarise
from summarise.cli.main import VERBS, summarise_command

HEAD = """# The Python names

This page is made from the signatures and docstrings of what `from summarise import …` offers.
"""


def command_page() -> str:
    """Return the page of the command."""
    return command_reference(summarise_command, VERBS)


def python_page() -> str:
    """Return the page of the public Python names: calls first, then the data, then errors."""
    named = {name: getattr(summarise, name) for name in summarise.__all__ if name != "__version__"}
    calls = [name for name, value in named.items() if inspect.isfunction(value)]
    others = [name for name in named if name not in calls]
    blocks = [HEAD.rstrip("\n"), "## Calls"]
    blocks += [block for name in calls for block in _call(name, named[name])]
    blocks.append("## Data and errors")
    blocks += [block for name in others for block in _data(name, named[name])]
    return "\n\n".join(blocks) + "\n"


def _call(name: str, function: Any) -> Iterator[str]:
    tree = _tree(function)
    assert isinstance(tree, ast.FunctionDef | ast.AsyncFunctionDef)
    kept = tree.args
    needed = [None] * (len(kept.args) - len(kept.defaults))
    given = [_parameter(*one) for one in zip(kept.args, [*needed, *kept.defaults], strict=True)]
    if kept.kwonlyargs:
        given.append("*")
    given += [_parameter(*one) for one in zip(kept.kwonlyargs, kept.kw_defaults, strict=True)]
    if kept.kwarg is not None:
        given.append(f"**{ast.unparse(kept.kwarg)}")
    listed = "".join(f"    {one},\n" for one in given)
    waits = "await " if isinstance(tree, ast.AsyncFunctionDef) else ""
    assert tree.returns is not None
    yield f"### {name}"
    yield f"```text\n{waits}{name}(\n{listed}) -> {ast.unparse(tree.returns)}\n```"
    yield from _told(function)


def _data(name: str, value: Any) -> Iterator[str]:
    yield f"### {name}"
    if not inspect.isclass(value):
        one_of = [one.__name__ for one in get_args(get_args(value)[0])]
        yield f"One of {', '.join(f'`{one}`' for one in one_of)}."
        return
    yield from _told(value)
    bodies = [_tree(one).body for one in reversed(value.__mro__) if one.__module__.startswith("summarise.")]
    members = [member for body in bodies for member in body]
    told = [f"- `{target}`: `{ast.unparse(one.annotation)}`" for one in members for target in _field(one)]
    told += [f"- `.{one.name}`: {escaped(' '.join(_first(one).split()))}" for one in members if _is_public(one)]
    if told:
        yield "\n".join(told)


def _tree(value: Any) -> Any:
    """Return the syntax tree of a function or class: annotations as they are written, under any version of Python."""
    return ast.parse(textwrap.dedent(inspect.getsource(value))).body[0]


def _parameter(named: ast.arg, default: ast.expr | None) -> str:
    return ast.unparse(named) + ("" if default is None else f" = {ast.unparse(default)}")


def _field(member: ast.stmt) -> list[str]:
    if not isinstance(member, ast.AnnAssign) or not isinstance(member.target, ast.Name):
        return []
    return [] if member.target.id.startswith("_") else [member.target.id]


def _is_public(member: ast.stmt) -> bool:
    called = isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef) and not member.name.startswith("_")
    decorated = [ast.unparse(one).partition("(")[0] for one in getattr(member, "decorator_list", [])]
    return called and not {"model_validator", "field_validator", "field_serializer"} & set(decorated)


def _first(member: Any) -> str:
    """Return the first paragraph of a docstring."""
    return (ast.get_docstring(member) or "").partition("\n\n")[0]


def _told(value: object) -> Iterator[str]:
    for block in (inspect.getdoc(value) or "").split("\n\n"):
        if block.startswith("    "):
            yield f"```text\n{inspect.cleandoc(block)}\n```"
        elif block:
            yield escaped(" ".join(block.split()))


def write(folder: Path) -> None:
    """Write both pages into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "command.md").write_text(command_page(), encoding="utf-8")
    (folder / "python.md").write_text(python_page(), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent / "reference"))

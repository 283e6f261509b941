"""Collects every regular expression of a package, and whether it is used with `search` or `match`."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")
_ANCHORED = ("match", "fullmatch")


@dataclass(frozen=True)
class Expression:
    """A compiled expression and its position in the code. `anchored`: only `match` or `fullmatch` is called."""

    place: str
    pattern: re.Pattern[str]
    anchored: bool


def collect(package: ModuleType) -> tuple[Expression, ...]:
    """Return all expressions of a package: those in module variables, and those inside functions."""
    modules = [package, *(importlib.import_module(name) for name in _module_names(package))]
    trees = [(module, ast.parse(inspect.getsource(module))) for module in modules]
    searched = {module.__name__: set(_names_searched(tree)) for module, tree in trees}
    users: dict[tuple[str, str], list[str]] = {}
    for module, tree in trees:
        for source, name in _imported(tree):
            users.setdefault((source, name), []).append(module.__name__)
    expressions: dict[re.Pattern[str], Expression] = {}
    for module, _ in trees:
        for name, pattern in _held(module):
            places = [module.__name__, *users.get((module.__name__, name), ())]
            anchored = not any(name in searched[place] for place in places)
            expressions.setdefault(pattern, Expression(f"{module.__name__}.{name}", pattern, anchored))
    for module, tree in trees:
        for expression in _written(module, tree):
            known = expressions.setdefault(expression.pattern, expression)
            if known.anchored and not expression.anchored:
                expressions[expression.pattern] = expression
    return tuple(expressions.values())


def _module_names(package: ModuleType) -> list[str]:
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return [module.name for module in found if not module.name.endswith("__main__")]


def _names_searched(tree: ast.Module) -> Iterator[str]:
    """Yield the names of expressions that are passed to calls, or used with methods other than `match`, `fullmatch`."""
    anchored: set[ast.expr] = set()
    used: dict[str, set[str]] = {}
    loaded = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            used.setdefault(node.value.id, set()).add(node.attr)
            if node.attr in _ANCHORED:
                anchored.add(node.value)
    for node in ast.walk(tree):
        # `any(one.fullmatch(text) for one in NAME)`
        if isinstance(node, ast.For | ast.comprehension) and isinstance(node.iter, ast.Name):
            targets = [name.id for name in ast.walk(node.target) if isinstance(name, ast.Name)]
            methods = set().union(*(used.get(name, set()) for name in targets)) & set(_METHODS)
            if methods and methods <= set(_ANCHORED):
                anchored.add(node.iter)
    yield from (node.id for node in loaded if node not in anchored)


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the name and the source module of each `from … import …`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from ((node.module, alias.name) for alias in node.names)


def _held(module: ModuleType) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield the names and expressions of a module, except imported expressions."""
    imported = {name for _, name in _imported(ast.parse(inspect.getsource(module)))}
    for name, value in vars(module).items():
        if name not in imported:
            yield from ((name, pattern) for pattern in _patterns(value, 0))


def _patterns(value: object, depth: int) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif depth < 4 and isinstance(value, Mapping):
        for part in (*value.keys(), *value.values()):
            yield from _patterns(part, depth + 1)
    elif depth < 4 and isinstance(value, tuple | list | set | frozenset):
        for part in value:
            yield from _patterns(part, depth + 1)


class _Unknown(str):
    """A placeholder word for a value that is known only when the code is called."""

    def __getattr__(self, _: str) -> "_Unknown":
        return self

    def __call__(self, *_: object, **__: object) -> "_Unknown":
        return self


class _Known(dict[str, object]):
    def __missing__(self, name: str) -> object:
        if name in vars(__builtins__ if isinstance(__builtins__, ModuleType) else importlib.import_module("builtins")):
            raise KeyError(name)
        return _Unknown("x")


def _written(module: ModuleType, tree: ast.Module) -> Iterator[Expression]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        called = node.func
        if not (
            isinstance(called.value, ast.Name) and called.value.id == "re" and called.attr in (*_METHODS, "compile")
        ):
            continue
        code = compile(ast.Expression(node.args[0]), module.__name__, "eval")
        try:
            text = eval(code, _Known(vars(module)))  # the package's own source
        except LookupError:  # looked up in a table by an argument; the table contains compiled expressions
            continue
        if isinstance(text, str) and not isinstance(text, _Unknown):
            # A compiled expression is assigned to a name, whose use is examined separately.
            anchored = called.attr in (*_ANCHORED, "compile")
            yield Expression(f"{module.__name__}:{node.lineno}", re.compile(text, _flags(node)), anchored)


def _flags(call: ast.Call) -> re.RegexFlag:
    flags = re.NOFLAG
    for node in ast.walk(call):
        if isinstance(node, ast.Attribute) and isinstance(value := getattr(re, node.attr, None), re.RegexFlag):
            flags |= value
    return flags

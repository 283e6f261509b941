"""Generates small changes of the functions of a module. A test should fail for each change."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
NOT_IN_A_CALL = {"annotation", "decorator_list", "format_spec", "returns"}


@dataclass(frozen=True)
class Mutation:
    """A change of one field of a syntax node. `lines`: from the first line of its statement to its own last line."""

    function: str
    first_line: int
    lines: range
    node: ast.AST
    field: str
    value: object

    def apply(self) -> str:
        """Change the tree, and return the code before and after."""
        before = ast.unparse(self.node)
        setattr(self.node, self.field, self.value)
        return f"{before} -> {ast.unparse(ast.fix_missing_locations(self.node))}"


def mutations(tree: ast.AST, prefix: str = "") -> Iterator[Mutation]:
    """Yield the changes of functions and methods in a fixed order. Code that runs at import is not changed."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.ClassDef):
            yield from mutations(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            start = min([child.lineno, *(node.lineno for node in child.decorator_list)])
            for statement in child.body:
                for line, node in _nodes(statement, statement.lineno):
                    for field, value in _changes(node):
                        lines = range(line, getattr(node, "end_lineno", line) + 1)
                        yield Mutation(prefix + child.name, start, lines, node, field, value)


def code_of(tree: ast.Module, mutation: Mutation, file: str) -> CodeType:
    """Compile a tree, and return the code of the function that a mutation changes."""
    codes = [compile(tree, file, "exec", dont_inherit=True)]
    while (code := codes.pop()).co_qualname != mutation.function or code.co_firstlineno != mutation.first_line:
        codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return code


def _nodes(node: ast.AST, line: int) -> Iterator[tuple[int, ast.AST]]:
    """Yield a node and its descendants, each with the first line of its statement. Skips nodes that no call runs."""
    line = node.lineno if isinstance(node, ast.stmt) else line
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    yield line, node
    for field, value in ast.iter_fields(node):
        if field not in NOT_IN_A_CALL:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _nodes(child, line)


def _changes(node: ast.AST) -> Iterator[tuple[str, object]]:
    match node:
        case ast.Compare(ops=ops):
            for place, op in enumerate(ops):
                yield "ops", [*ops[:place], SWAPS[type(op)](), *ops[place + 1 :]]
        case ast.BoolOp(op=op) | ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in SWAPS:
            yield "op", SWAPS[type(op)]()
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "operand", ast.UnaryOp(ast.Not(), operand)
        case ast.UnaryOp(op=ast.USub()):
            yield "op", ast.UAdd()
        case ast.Constant(value=bool(value)):
            yield "value", not value
        case ast.Constant(value=int(value) | float(value)):
            yield "value", value + 1
        case ast.Constant(value=str(value)):
            yield "value", f"XX{value}XX"
        case ast.Return(value=ast.Constant()):
            pass  # The constant is changed; None for False would often be the same.
        case ast.Return(value=ast.expr()) | ast.Expr(value=ast.Call()):
            yield "value", ast.Constant(None)

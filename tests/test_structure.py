"""The structure of the package: names, sizes, docstrings and imports."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import summarise
from benchmarks.structure.imports import layers, parts

PACKAGE = Path(summarise.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = set(
    "spacy httpx trafilatura tenacity syntok xllamacpp lxml numpy asyncio pydantic rich jinja2 onnxruntime "
    "tokenizers pypdfium2 mammoth starlette uvicorn mcp pyarrow ray".split()
)


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def fresh(code: str, **environment: str) -> str:
    """Run code in a new Python process and return its output."""
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent), **environment},
    )
    return result.stdout


def test_packages_and_loose_modules_are_few() -> None:
    """The listing of one folder shows the pipeline."""
    packages, loose = parts(PACKAGE.parent)
    assert len(packages) <= 14
    assert len(loose) <= 9


@pytest.mark.slow
def test_layers_are_few_and_imports_point_one_way() -> None:
    """Imports inside functions count; a cycle raises CycleError."""
    assert len(layers(PACKAGE.parent)) <= 10


def test_no_part_shares_a_name_with_a_public_function() -> None:
    """So `summarise.check` is always the function."""
    packages, loose = parts(PACKAGE.parent)
    assert not {*packages, *loose} & set(summarise.__all__)


def test_no_module_is_too_long() -> None:
    """The limit is 700 lines."""
    lines = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {module: count for module, count in lines.items() if count > 700} == {}


@pytest.mark.slow
def test_everything_public_has_a_docstring() -> None:
    def silent(node: ast.AST) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                if child.name.startswith("_"):
                    continue
                if not ast.get_docstring(child):
                    yield child.name
                if isinstance(child, ast.ClassDef):
                    yield from silent(child)

    trees = {name(path): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
    assert [module for module, tree in trees.items() if not ast.get_docstring(tree)] == []
    assert [f"{module}: {one}" for module, tree in trees.items() for one in silent(tree)] == []


def test_one_module_reads_the_environment() -> None:
    """So a run depends only on its settings."""
    readers = {name(path) for path in MODULES if re.search(r"\benviron\b", path.read_text(encoding="utf-8"))}
    assert readers == {"settings/environment.py"}


def test_one_module_knows_the_http_library() -> None:
    """So httpx can be replaced in one place."""
    named = {
        path.name
        for path in MODULES
        if re.search(r"^\s*(import|from) httpx\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named == {"transport.py"}


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from summarise.cli.main import run; assert run(['--help']) == 0\n"
        "print(); print(*{m.partition('.')[0] for m in sys.modules})"
    )
    output = fresh(code)
    assert "Usage: summarise [OPTIONS] ARTICLE" in output
    assert not set(output.splitlines()[-1].split()) & HEAVY


def test_importing_the_package_imports_nothing_heavy() -> None:
    loaded = fresh("import sys, summarise; print(*{m.partition('.')[0] for m in sys.modules})")
    assert not set(loaded.split()) & HEAVY


def test_the_command_is_installed_under_its_name() -> None:
    scripts = [point for point in entry_points(group="console_scripts") if point.name == "summarise"]
    assert {point.value for point in scripts} <= {"summarise.cli.main:main"}


@pytest.mark.slow
def test_no_hash_seed_changes_the_output() -> None:
    """The JSON is the same apart from times."""
    code = (
        "from summarise import summarise, check\n"
        "from invented import VALLEY, FALSE, VEHICLES, saying\n"
        "import re\n"
        "s = summarise(VALLEY, model='extract', length=4)\n"
        "k = summarise(VALLEY, backend=saying(FALSE, VEHICLES, 'Munk lit fires on 9 May.'), on_unsupported='keep')\n"
        "for r in (s, k, check('Ilse Brandt lost €8 million. It was the coldest night since 1979.', VALLEY)):\n"
        "    print(re.sub(r'\"seconds\":[0-9.e-]+', '', r.model_dump_json()))\n"
    )
    path = os.pathsep.join([str(PACKAGE.parent), str(Path(__file__).parent)])
    outputs = {fresh(code, PYTHONPATH=path, PYTHONHASHSEED=seed) for seed in ("1", "2")}
    assert len(outputs) == 1
    assert outputs.pop().count('{"sentences":[') == 3

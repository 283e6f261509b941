"""The structure of the package stays one that a person can hold in the head."""

from pathlib import Path

from benchmarks.structure.imports import cycles, layers, modules, parts

ROOT = Path(__file__).parent.parent
PACKAGES, LOOSE, LAYERS, LINES = 16, 6, 10, 280


def test_packages_and_loose_modules_are_few() -> None:
    """A newcomer reads the pipeline in the listing of one folder."""
    packages, loose = parts(ROOT)
    assert len(packages) <= PACKAGES
    assert len(loose) <= LOOSE


def test_layers_are_few_and_imports_point_one_way() -> None:
    """Imports inside functions count."""
    assert len(layers(ROOT)) <= LAYERS
    assert cycles(ROOT) == []


def test_no_module_is_too_long() -> None:
    """One that does several things is split."""
    long = [name for name, file in modules(ROOT).items() if len(file.read_bytes().splitlines()) > LINES]
    assert long == []

"""The documentation: links, commands, code and navigation."""

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from command_line import ROOT, VERBS, Capture, summarise_command

import summarise
from benchmarks.factuality.figures import BLOCKS, page_with, recorded

DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if "built" not in path.parts)
READ = [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```(\w*)\n(.*?)^```$|((?:^    [^\n]*\n(?:\n(?=    ))?)+)", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`[^`\n]*`")
COMMAND = re.compile(r"^(?:\$ )?(?:\S+ && )*(?:[A-Z_]+=\S+ )?(?:\.venv/bin/)?summarise (?P<rest>[^\n]*)$", re.MULTILINE)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (language, code) for each code block."""
    for language, fenced, indented in CODE.findall(path.read_text(encoding="utf-8")):
        yield (language, fenced) if not indented else ("", "\n".join(line[4:] for line in indented.splitlines()))


def anchors(path: Path) -> set[str]:
    found = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in found}


@pytest.mark.parametrize("path", READ, ids=name)
def test_every_link_leads_somewhere(path: Path) -> None:
    """The file exists, and so does the heading; a page of the site links to nothing unpublished."""
    text = SPAN.sub("", CODE.sub("", path.read_text(encoding="utf-8")))
    for target in LINK.findall(text):
        if re.match(r"\w+:", target):
            continue
        file, _, anchor = target.partition("#")
        aim = (path.parent / file).resolve() if file else path
        assert aim.exists(), target
        assert not file or path not in PAGES or aim.is_relative_to(DOCS), target
        assert not anchor or anchor in anchors(aim), target


def commands(path: Path) -> list[str]:
    """Return the arguments of each `summarise` command of a page."""
    return [found["rest"] for _, code in blocks(path) for found in COMMAND.finditer(code)]


@pytest.mark.parametrize("path", [path for path in READ if commands(path)], ids=name)
def test_every_command_has_options_that_there_are(path: Path, capsys: Capture) -> None:
    """The program parses each one: verb, options, values and number of arguments."""
    for line in commands(path):
        if "…" in line or "VERB" in line or "[" in line.partition("#")[0]:
            continue
        words = shlex.split(re.split(r" (?:\||>|&&|;|2>)", line)[0], comments=True)
        verb = VERBS.get(words[0])
        command, rest = (verb, words[1:]) if verb else (summarise_command, words)
        try:
            command.make_context("summarise", rest)
        except click.exceptions.Exit:
            pass
        except click.ClickException as error:
            pytest.fail(f"summarise {line}: {error.format_message()}")


@pytest.mark.parametrize("path", READ, ids=name)
def test_python_takes_names_that_there_are(path: Path) -> None:
    """Imported names are public, and blocks marked as Python parse."""
    for language, code in blocks(path):
        taken = re.findall(r"^from summarise import ([\w, ]+)$", code, re.MULTILINE)
        assert {one for names in taken for one in re.split(r", *", names)} <= set(summarise.__all__)
        if language == "python":
            ast.parse(code)


@pytest.mark.slow
@pytest.mark.parametrize("page", ["docs/tutorials/first-summary.md", "docs/notebooks.md", "README.md"])
def test_the_python_of_a_tutorial_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run beside the seeds, its check finds the mistake."""
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    monkeypatch.chdir(tmp_path)
    known: dict[str, Any] = {}
    for language, code in blocks(ROOT / page):
        if language == "python":
            exec(compile(code, page, "exec"), known)
    assert known["report"].verdict == "contradicted"


@pytest.mark.parametrize("page", sorted({page for page, _ in BLOCKS}))
def test_the_figures_of_the_checker_are_the_recorded_ones(page: str) -> None:
    """README and docs/checker.md show the last recorded run (`make figures`)."""
    text = (ROOT / page).read_text(encoding="utf-8")
    assert text == page_with(recorded(), page, text)


def test_the_first_page_is_short() -> None:
    """At most 110 lines, with pictures under 200 kB each."""
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 110
    pictures = list((DOCS / "pictures").iterdir())
    assert {"evidence.png", "terminal.svg"} <= {picture.name for picture in pictures}
    assert max(picture.stat().st_size for picture in pictures) < 200_000


def listed(nav: list[Any]) -> Iterator[str]:
    for entry in nav:
        for target in entry.values():
            yield from [target] if isinstance(target, str) else listed(target)


def test_every_page_is_in_the_navigation_of_the_site() -> None:
    """The changelog, outside the folder, is the only other page."""
    nav = tomllib.loads((DOCS / "site/zensical.toml").read_text(encoding="utf-8"))["project"]["nav"]
    assert sorted(listed(nav)) == sorted([*(path.relative_to(DOCS).as_posix() for path in PAGES), "changelog.md"])

"""Notices for the reader of a summary, and checks of a headline."""

from collections.abc import Sequence

from summarise.data import Article, Notice, Sentence
from summarise.facts.parser import Tree, parsed_sentences
from summarise.settings.model import Length, is_shorter
from summarise.writing.task import SummaryTask

MOST_WORDS = 12


def headline_faults(text: str) -> tuple[Notice, ...]:
    """Return the faults of a headline; the tense is checked only if spaCy parses it."""
    faults: list[Notice] = []
    if len(text.split()) > MOST_WORDS:
        faults.append("headline too long")
    if text.strip() and _is_past(text):
        faults.append("headline in the past tense")
    return tuple(faults)


def headline_fault(lines: Sequence[str]) -> str | None:
    """Describe the faults of the best line; None if it has none."""
    faults = sorted((headline_faults(line) for line in lines), key=lambda found: len(found))
    return ", ".join(faults[0]) or None if faults else None


def _is_past(text: str) -> bool:
    line = Article(text=text, sentences=(Sentence(start=0, end=len(text), paragraph=0),))
    (passage,) = parsed_sentences(line)
    tree = passage.tree
    return passage.parsed and any(_tells_of_the_past(tree, index) for index in _heads(tree))


def _heads(tree: Tree) -> list[int]:
    roots = [index for index, token in enumerate(tree.tokens) if token.head == index]
    return [one for root in roots for one in tree.coordinated(root) if tree.tokens[one].tag.startswith("V")]


def _tells_of_the_past(tree: Tree, verb: int) -> bool:
    helpers = tree.children(verb, "aux", "auxpass")
    if helpers:
        return tree.tokens[helpers[0]].tag == "VBD"
    return tree.tokens[verb].tag == "VBD"


def notices_of(task: SummaryTask, texts: Sequence[str]) -> tuple[Notice, ...]:
    """Return the notices for a task and its sentences."""
    if task.style == "headline":
        return headline_faults(" ".join(texts))
    if is_shorter(task.article, task.length):
        return ("article shorter than wanted",)
    return ("fewer sentences than wanted",) if _too_few(len(texts), task.length) else ()


def _too_few(shown: int, length: Length) -> bool:
    if length.words is not None:
        return False
    return shown < length.sentences if length.given else 2 * shown <= length.sentences

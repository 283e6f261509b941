"""Standards of sentences and headlines that are shown, and notices for the reader of a summary."""

from collections.abc import Sequence
from dataclasses import dataclass

from summarise.article.sentences import words
from summarise.checks.verification import Candidate
from summarise.data import Article, Notice, Sentence, Style
from summarise.facts.parser import Tree, parsed_sentences
from summarise.facts.salience import balanced
from summarise.settings.model import Length, is_shorter
from summarise.writing.task import SummaryTask

# Codes of findings, including notes, that make a sentence unfit to show.
MISLEADING = frozenset({"speaker", "quotation", "negation"})
CLOSERS = "”\"’')」』"
ENDS = tuple(".!?…。！？।؟۔")


def is_complete_sentence(text: str) -> bool:
    """Return whether a text has at least three words, an end mark and paired quotation marks."""
    return max(len(text.split()), len(words(text))) >= 3 and _has_end_mark(text) and balanced(text)


def _has_end_mark(text: str) -> bool:
    return text.rstrip(CLOSERS)[-1:] in ENDS


def is_showable(candidate: Candidate) -> bool:
    """Return whether a sentence is supported and has no potentially misleading finding.

    Sentences in unreadable languages fail, so that rules for English never change them.
    """
    sentence = candidate.sentence
    return sentence.verdict == "supported" and not any(finding.code in MISLEADING for finding in sentence.findings)


def is_unopposed(candidate: Candidate) -> bool:
    """Return whether a sentence is supported, or in a language that the checks cannot read."""
    return candidate.sentence.verdict == "supported" or candidate.sentence.unread


@dataclass(frozen=True)
class Standard:
    """Conditions for showing a sentence.

    By default, complete sentences without misleading findings: for weak models and article sentences. `lenient`, for
    models that draft: supported, whatever the findings. Running text needs end marks, so that sentences do not run
    together; `bullets` do not. A language that the checks cannot read counts as supported.
    """

    lenient: bool = False
    bullets: bool = False

    def stands(self, candidate: Candidate) -> bool:
        """Return whether the verdict and the findings permit the sentence."""
        return is_unopposed(candidate) if self.lenient else is_showable(candidate) or candidate.sentence.unread

    def whole(self, text: str) -> bool:
        """Return whether the text has the form of a sentence."""
        if not self.lenient:
            return is_complete_sentence(text)
        return bool(text.strip()) if self.bullets else _has_end_mark(text)

    def passes(self, candidate: Candidate) -> bool:
        """Return whether a sentence meets both conditions."""
        return self.stands(candidate) and self.whole(candidate.sentence.text)


STRICT = Standard()


def lenient(style: Style) -> Standard:
    """Return the standard for models that draft."""
    return Standard(lenient=True, bullets=style in ("bullets", "minutes"))


HEADLINE_WORDS = 12


def headline_faults(text: str) -> tuple[Notice, ...]:
    """Return the faults of a headline; the tense is checked only if spaCy parses it."""
    faults: list[Notice] = []
    if len(text.split()) > HEADLINE_WORDS:
        faults.append("headline too long")
    if text.strip() and _is_past(text):
        faults.append("headline in the past tense")
    return tuple(faults)


def headline_fault(lines: Sequence[str]) -> str | None:
    """Describe the faults of the best line; None if it has none."""
    faults: list[tuple[Notice, ...]] = sorted(map(headline_faults, lines), key=len)
    return ", ".join(faults[0]) or None if faults else None


def _is_past(text: str) -> bool:
    line = Article(text=text, sentences=(Sentence(start=0, end=len(text), paragraph=0),))
    (passage,) = parsed_sentences(line)
    tree = passage.tree
    roots = [index for index, token in enumerate(tree.tokens) if token.head == index]
    verbs = [index for root in roots for index in tree.coordinated(root) if tree.tokens[index].tag.startswith("V")]
    return passage.parsed and any(_is_past_verb(tree, verb) for verb in verbs)


def _is_past_verb(tree: Tree, verb: int) -> bool:
    helpers = tree.children(verb, "aux", "auxpass")
    return tree.tokens[helpers[0] if helpers else verb].tag == "VBD"


def notices_of(task: SummaryTask, texts: Sequence[str]) -> tuple[Notice, ...]:
    """Return the notices for a task and its sentences."""
    if task.style == "headline":
        return headline_faults(" ".join(texts))
    if task.style == "minutes":
        return () if task.article.utterances else ("no transcript",)
    if task.focus is not None:
        return ()
    if is_shorter(task.article, task.length):
        return ("article shorter than wanted",)
    return ("fewer sentences than wanted",) if _too_few(len(texts), task.length) else ()


def _too_few(shown: int, length: Length) -> bool:
    if length.words is not None:
        return False
    return shown < length.sentences if length.given else 2 * shown <= length.sentences

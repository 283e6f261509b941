"""What is wrong with a sentence that is not supported, in the lines that servers for continuous integration show.

Does not lay them out for any of them, and escapes nothing.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from summarise.data import CheckedSentence, Verdict
from summarise.report.bidirectional import named
from summarise.report.checked_files import CheckedFile, Region, UnreadFile
from summarise.report.places import Lines, lines_of, telling
from summarise.report.wording import findings_told, one_line, quotation, reason, whose

LEVELS: dict[Verdict, str] = {"contradicted": "error", "unverified": "warning"}
"""How grave a verdict is, in the words that SARIF and workflow commands share."""


class Problem(NamedTuple):
    """What is `wrong` with a sentence, what it `said`, the article's `places` that tell, and its `verdict` in words."""

    wrong: list[str]
    said: str
    places: list[str]
    verdict: str

    @property
    def lines(self) -> list[str]:
        """All of it, a line each."""
        return [*self.wrong, self.said, *self.places, self.verdict]


def problem_of(sentence: CheckedSentence, lines: Lines) -> Problem | None:
    """Return what is wrong with a sentence, whether or not a person accepted it; None where it is supported.

    `lines` are the article's.
    """
    if sentence.verdict == "supported":
        return None
    errors = [str(error) for error in findings_told(sentence, "error", lines)]
    return Problem(
        errors or list(filter(None, (reason(sentence),))),
        f"summary: {quotation(' '.join(sentence.text.split()))}",
        [f"{lines.told(place)}: {quotation(' '.join(place.text.split()))}" for place in telling(sentence)],
        f"{sentence.verdict}, probability {sentence.probability:.2f}, {whose(sentence)}",
    )


def unsupported(file: CheckedFile) -> Iterator[tuple[CheckedSentence, Region | None, Problem]]:
    """Yield each sentence that neither is supported nor was accepted, where it stands, and what is wrong with it."""
    lines = lines_of(file.report.facts.article)
    for sentence, region in file.regions():
        problem = None if sentence.passed else problem_of(sentence, lines)
        if problem is not None:
            yield sentence, region, problem


def problem_lines(files: Sequence[CheckedFile | UnreadFile]) -> list[str]:
    """Return a line for each such sentence, as compilers write them: file:line:column: verdict: what is wrong.

    Of a file that was not read: file: error: why.
    """
    return [line for file in files for line in _lines(file)]


def _lines(file: CheckedFile | UnreadFile) -> list[str]:
    if isinstance(file, UnreadFile):
        return [named(one_line(f"{file.summary}: error: {file.reason}"))]
    return [_line(file, *found) for found in unsupported(file)]


def _line(file: CheckedFile, sentence: CheckedSentence, region: Region | None, problem: Problem) -> str:
    where = ":".join(map(str, [file.summary or file.article, *(region[:2] if region else ())]))
    return named(one_line(f"{where}: {sentence.verdict}: {'; '.join([*problem.wrong, problem.said])}"))

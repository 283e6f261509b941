"""Writes the published figures of the checker into `figures.json`, README.md and docs/checker.md.

`python -m benchmarks.factuality TRAINING PUBLIC --record` measures the figures and writes all three files.
`python -m benchmarks.factuality.figures` (`make figures`) writes both pages from `figures.json`.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from benchmarks.markdown import table
from summarise.data import Sensitivity
from training.verdict import DOUBTED

ROOT = Path(__file__).resolve().parents[2]
FILE = Path(__file__).with_name("figures.json")
SETS = {
    "genaudit_news_sent": "genaudit_news_sent: today's models",
    "claims": "claims written for the project",
    "edited": "edited summaries, two domains",
}
"""Descriptions of sets on the pages, by the name of the set."""
COMPARED = ("qags_cnndm_sent", "qags_xsum", "frank_val", "summeval12")
"""The sets with published figures of other checkers."""
PUBLISHED = {
    "SummaC-ZS": ("76.0", "75.3", "86.9", "77.6", "355 million"),
    "SummaC-Conv": ("77.7", "76.0", "89.0", "79.1", "355 million"),
    "AlignScore-large": ("89.5", "83.5", "92.1", "82.9", "355 million"),
    "MiniCheck-7B": ("88.2", "90.7", "92.4", "85.1", "7 billion"),
}
"""ROC-AUC of whole summaries for the sets of COMPARED, from the TRUE benchmark, and the number of parameters."""


class SetFigures(BaseModel):
    """The figures of a set of labelled claims. AUC and shares are per cent. `accused`: share of the wrong claims."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claims: int
    auc: float
    doubted: Mapping[Sensitivity, float]
    caught: Mapping[Sensitivity, float]
    shown_right: float | None = None
    accusations: int
    accusations_right: int
    accused: float
    calibration: float | None
    calibration_by_chance: float | None


class Figures(BaseModel):
    """A run of the benchmark: date, commit, command, and the figures of each set.

    `strong`: the share of right sentences by GPT-4 and Gemini that are doubted, by sensitivity and half.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: str
    commit: str
    command: str
    strong_claims: int
    strong: Mapping[Sensitivity, Sequence[float]]
    sets: Mapping[str, SetFigures]


def main_table(sets: Mapping[str, SetFigures]) -> Iterator[str]:
    """Yield the lines of the table in docs/checker.md, a row for each set."""
    levels = [f"`{name}`: right doubted, wrong caught" for name in DOUBTED]
    accused = ("accusations right", "wrong ones accused")
    heads = ("set", "claims", "AUC", *levels, *accused, "calibration error (by chance)")
    return table(heads, (_row(name, figures) for name, figures in sets.items()))


def _row(name: str, figures: SetFigures) -> Iterator[str]:
    yield SETS.get(name, name)
    yield f"{figures.claims:,}"
    yield f"{figures.auc:.1f}"
    for level in DOUBTED:
        yield f"{figures.doubted[level]:.1f}, {figures.caught[level]:.1f}"
    yield f"{figures.accusations_right} of {figures.accusations}" if figures.accusations else "none"
    yield f"{figures.accused:.1f}"
    known = figures.calibration is not None and figures.calibration_by_chance is not None
    yield f"{figures.calibration:.3f} ({figures.calibration_by_chance:.3f})" if known else ""


def comparison_table(sets: Mapping[str, SetFigures]) -> Iterator[str]:
    """Yield the lines of the table that compares this checker with published checkers by ROC-AUC."""
    heads = ("", "QAGS-CNN/DM", "QAGS-XSum", "FRANK", "SummEval", "parameters")
    own = ("this one", *(f"{sets[name].auc:.1f}" for name in COMPARED), "89 million")
    return table(heads, [own, *((name, *row) for name, row in PUBLISHED.items())])


def strong_line(figures: Figures) -> str:
    """Return a line with the doubted share of right sentences by strong models, for each half of the articles."""
    shares = ", ".join(
        f"`{level}` {' and '.join(f'{share:.1f}' for share in figures.strong[level])} %" for level in DOUBTED
    )
    return f"Right sentences by GPT-4 and Gemini that are doubted ({figures.strong_claims}, by halves): {shares}."


def accusations_line(sets: Iterable[SetFigures]) -> str:
    """Return a line with the number of right accusations over all sets."""
    sets = list(sets)
    right, total = sum(figures.accusations_right for figures in sets), sum(figures.accusations for figures in sets)
    return f"Of {total} accusations {right} are right"


def _source(figures: Figures) -> str:
    return f"`{figures.command}`, {figures.date}, commit {figures.commit}, two cores"


def _readme(figures: Figures) -> Iterator[str]:
    doubted = figures.sets["genaudit_news_sent"].doubted["default"]
    today, claims, edited = (f"{figures.sets[name].caught['default']:.0f} in 100" for name in SETS)
    yield f"It is wrong at times. At the default it doubts {doubted:.0f} in 100 right sentences by today's models and"
    yield f"catches {today} wrong ones; it catches {claims} claims with one slip, and {edited} edited summaries, on"
    yield "articles that it was not fitted to."
    yield f"{accusations_line(figures.sets.values())}. Published checkers, by ROC-AUC (theirs from the TRUE"
    yield "benchmark, ours on samples of the same items):"
    yield ""
    yield from comparison_table(figures.sets)


def _checker(figures: Figures) -> Iterator[str]:
    yield f"{_source(figures)}:"
    yield ""
    yield from main_table(figures.sets)
    yield ""
    yield f"{accusations_line(figures.sets.values())}. {strong_line(figures)}"


BLOCKS: dict[tuple[str, str], Callable[[Figures], Iterable[str]]] = {
    ("README.md", "summary"): _readme,
    ("docs/checker.md", "sets"): _checker,
    ("docs/checker.md", "comparison"): lambda figures: comparison_table(figures.sets),
}
"""The functions that write each block, by page and name of the block."""


def recorded() -> Figures:
    """Return the figures in the file."""
    return Figures.model_validate_json(FILE.read_bytes())


def block(name: str) -> re.Pattern[str]:
    """Return an expression that matches a block of a page. Its groups are first line, text and last line."""
    return re.compile(rf"(<!-- figures: {name}[^\n]*-->\n)(.*?)(<!-- end -->)", re.DOTALL)


def page_with(figures: Figures, page: str, text: str) -> str:
    """Return a page's text with the figures in each of its blocks. Raises ValueError if a block is missing."""
    for (of_page, name), lines in BLOCKS.items():
        if of_page != page:
            continue
        written = "\n".join(lines(figures)) + "\n"
        match = block(name).search(text)
        if match is None:
            raise ValueError(f"{page} has no block of figures named {name}: add its first and last line")
        text = text[: match.end(1)] + written + text[match.start(3) :]
    return text


def write_pages(figures: Figures) -> None:
    """Write the figures into the pages."""
    for page in sorted({page for page, _ in BLOCKS}):
        path = ROOT / page
        path.write_text(page_with(figures, page, path.read_text(encoding="utf-8")), encoding="utf-8")
        sys.stdout.write(f"wrote {page}\n")


if __name__ == "__main__":
    write_pages(recorded())

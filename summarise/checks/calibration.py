"""Fits the verdict's parameters to labelled pairs, and measures them on articles that they were not fitted to.

Checks each claim as `check` does, under the settings; writes and prints nothing.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from summarise.checks import SourceIndex, alignments_of, examine
from summarise.checks.labelled_pairs import Articles
from summarise.checks.regression import Judged, Labelled, Measures, fit, judged, measured
from summarise.checks.verdict import built_in
from summarise.checks.verification import claims_of, facts_for, verifier_for
from summarise.data import Article, FittedSupport, LabelledPair, Progress, VerdictParameters
from summarise.data.article import text_hash
from summarise.errors import PairsError
from summarise.observing.observer import Observer
from summarise.settings.environment import secrets_of
from summarise.settings.model import Settings

FEWEST = 30
"""The fewest right claims, and the fewest wrong ones, that parameters are fitted to."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Fitted parameters, and how good those before and the new ones are on the halves that those were not fitted to.

    `read` tells that a model reads the claims, so that the parameters with it were fitted. `right` and `wrong` claims
    of `articles` were used; `verbatim` ones were left out, since they stand in the article word for word. `errors` is
    the share of right claims in which an exact comparison found an error.
    """

    parameters: VerdictParameters
    read: bool
    before: Measures
    after: Measures
    right: int
    wrong: int
    articles: int
    verbatim: int
    errors: float


def calibration_of(pairs: Sequence[LabelledPair], settings: Settings, progress: Progress | None = None) -> Calibration:
    """Fit the verdict's parameters to labelled pairs: those with the entailment model, or without it, by the settings.

    The other ones stay as they are. PairsError where there are too few claims of either label, or too few articles to
    measure on; ArticleError where an article or claim cannot be read.
    """
    require_enough([pair.label for pair in pairs])
    grouped = _grouped(pairs)
    # Also before anything is checked, which may take long.
    halved({text: _counts(pair.label for pair in each) for text, (_, each) in grouped.items()})
    examples, verbatim = _examples(grouped, settings, Observer(progress, secrets=secrets_of(settings)))
    every = [example for each in examples.values() for example in each]
    require_enough([example.right for example in every], verbatim=verbatim)
    own, read = settings.verdict or built_in(), settings.entailment != "off"
    before = own.read if read else own.unread
    right, wrong = _counts(example.right for example in every)
    return Calibration(
        parameters=named(own.model_copy(update={"read" if read else "unread": fit(every)})),
        read=read,
        before=measured([judged(example, before) for example in every]),
        after=measured(by_halves(examples)),
        right=right,
        wrong=wrong,
        articles=len(examples),
        verbatim=verbatim,
        errors=sum(example.right and example.error for example in every) / right,
    )


def by_halves(examples: Mapping[str, Sequence[Labelled]]) -> list[Judged]:
    """Return what becomes of examples, given by their article, under what is fitted to the half without that article.

    PairsError where the articles cannot be parted into halves.
    """
    one, other = halved({article: _counts(example.right for example in each) for article, each in examples.items()})
    tested: list[Judged] = []
    for fitted_to, left_out in ((one, other), (other, one)):
        fitted = fit([example for article in fitted_to for example in examples[article]])
        tested += [judged(example, fitted) for article in left_out for example in examples[article]]
    return tested


def require_enough(labels: Iterable[bool], *, verbatim: int = 0) -> None:
    """Raise PairsError where there are too few right or wrong claims, besides the `verbatim` ones that are left out."""
    right, wrong = _counts(labels)
    if min(right, wrong) < FEWEST:
        besides = f", besides {verbatim} that stand in their articles word for word" if verbatim else ""
        raise PairsError(
            f"there are {right} supported and {wrong} unsupported claims{besides}: at least {FEWEST} of each are needed"
        )


def halved(counts: Mapping[str, tuple[int, int]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part articles into halves with about as many right and wrong claims each, by how many of both each article has.

    The order of the articles makes no difference. PairsError where one half would lack right claims, or wrong ones.
    """
    total = [max(1, sum(pair[label] for pair in counts.values())) for label in (0, 1)]
    halves: tuple[list[str], list[str]] = ([], [])
    in_half = [[0, 0], [0, 0]]
    for article in sorted(counts, key=lambda article: (-sum(counts[article]), text_hash(article))):
        own = counts[article]
        # Where it has the fewest of the same label, and of all where that is a tie.
        fuller = [
            (
                sum(own[label] * have[label] / total[label] ** 2 for label in (0, 1)),
                sum(have[label] / total[label] for label in (0, 1)),
            )
            for have in in_half
        ]
        half = 0 if fuller[0] <= fuller[1] else 1
        halves[half].append(article)
        in_half[half] = [have + more for have, more in zip(in_half[half], own, strict=True)]
    if not all(map(all, in_half)):
        raise PairsError(
            f"the articles ({len(counts)}) cannot be parted into two halves that both have supported and unsupported "
            "claims: add claims of other articles"
        )
    return tuple(halves[0]), tuple(halves[1])


def named(parameters: VerdictParameters) -> VerdictParameters:
    """Return parameters with a version that is made of their numbers: the same numbers have the same one."""
    numbers = json.dumps(parameters.model_dump(mode="json", exclude={"version"}), sort_keys=True)
    return parameters.model_copy(update={"version": f"own-{hashlib.sha256(numbers.encode()).hexdigest()[:8]}"})


def parameters_toml(parameters: VerdictParameters) -> str:
    """Return parameters as the table `[verdict]` of a settings file."""

    def lines(table: str, fitted: FittedSupport) -> list[str]:
        thresholds = fitted.thresholds.model_dump()
        return [
            f"\n[verdict.{table}]",
            f"intercept = {fitted.intercept!r}",
            f"\n[verdict.{table}.weights]",
            *(f"{_key(name)} = {value!r}" for name, value in fitted.weights.items()),
            f"\n[verdict.{table}.thresholds]",
            *(f"{name} = {value!r}" for name, value in thresholds.items()),
        ]

    head = ["[verdict]", f'version = "{parameters.version}"', f"accused_below = {parameters.accused_below!r}"]
    return "\n".join([*head, *lines("read", parameters.read), *lines("unread", parameters.unread), ""])


def _key(name: str) -> str:
    """Return a key as TOML writes it."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def _grouped(pairs: Iterable[LabelledPair]) -> dict[str, tuple[Article, list[LabelledPair]]]:
    """Return each article, which is read, with its pairs, by its text."""
    articles = Articles()
    grouped: dict[str, tuple[Article, list[LabelledPair]]] = {}
    for pair in pairs:
        article = articles.read(pair.article)
        grouped.setdefault(article.text, (article, []))[1].append(pair)
    return grouped


def _examples(
    grouped: Mapping[str, tuple[Article, Sequence[LabelledPair]]], settings: Settings, observer: Observer
) -> tuple[dict[str, list[Labelled]], int]:
    """Return what is fitted to, by the article's text, and how many claims stand in their article word for word."""
    examples: dict[str, list[Labelled]] = defaultdict(list)
    done, total = 0, sum(len(pairs) for _, pairs in grouped.values())
    observer.stage("check", done, total)
    for text, (article, pairs) in grouped.items():
        source_index = verifier_for(facts_for(article, settings), settings).index
        for pair in pairs:
            example = _example(pair, source_index)
            if example is not None:
                examples[text].append(example)
            done += 1
            observer.stage("check", done, total)
    return examples, total - sum(map(len, examples.values()))


def _example(pair: LabelledPair, source_index: SourceIndex) -> Labelled | None:
    """Return a claim by its weakest sentence, None where all of it stands in the article word for word."""
    claims = [claim for claim in claims_of(pair.claim, source_index) if source_index.verbatim(claim) is None]
    if not claims:
        return None
    examined = examine(claims, source_index, [alignments_of(claim, source_index) for claim in claims])
    weakest = min(examined, key=lambda one: source_index.judging.support(one.inputs))
    error = any(finding.severity == "error" for one in examined for finding in one.findings)
    return Labelled(weakest.inputs, right=pair.label, error=error)


def _counts(labels: Iterable[bool]) -> tuple[int, int]:
    """Return how many labels are right, and how many wrong."""
    found = list(labels)
    return sum(found), len(found) - sum(found)

"""Certainty: a hedge is dropped, so that what may be, or is said to be, simply is. Quotations are left alone."""

import re
from collections.abc import Iterator

from benchmarks.edits.case import Change
from benchmarks.edits.scene import Reading, Scene

# What is hedged, what it becomes, and the name of the way.
_HEDGES: tuple[tuple[str, str, str], ...] = (
    (r"\b(?:may|might) have (?=[a-z]+(?:ed|en|n|t|d)\b)", "had ", "may have"),
    (r"\b(?:may|might) (?=be\b|[a-z]+\b)(?!have|not|well|also|yet)", "will ", "may"),
    (r"\b(?:could|would) (?=be (?:forced|needed|used|made|sent|closed|lost|cut|paid|delayed))", "will ", "could"),
    (r"\b(?:is|are) (?:widely )?expected to (?=[a-z]+)", "will ", "expected to"),
    (r"\b(?:was|were) expected to (?=[a-z]+)", "would certainly ", "expected to"),
    (r"\b(?:plans?|hopes?|aims?|intends?) to (?=[a-z]+)", "will ", "plans to"),
    (r"\b(?:appears?|seems?) to be\b", "is", "seems to"),
    (r"\b(?:is|are) (?:thought|believed|understood|said|reported|alleged) to have been\b", "has been", "said to"),
    (r"\b(?:is|are) (?:thought|believed|understood|said|alleged|suspected) to be\b", "is", "said to"),
    (r"\b(?:allegedly|reportedly|apparently|probably|possibly|perhaps|seemingly|supposedly),? ", "", "adverb"),
    (r"\b(?:alleged|suspected|apparent|possible|potential|would-be) (?=[a-z]+)", "", "adjective"),
    (r"\b(?:is|are) likely to (?=[a-z]+)", "will ", "likely to"),
)


# "Suspected" as a verb and "plans" as a noun are no hedges: what stands before tells.
_ADJECTIVE = re.compile(r"(?:\b(?:[Tt]he|an?|of|in|into|by|two|three|and|,) |^)$")
_AGAIN = re.compile(r"\b(?:and|or) to\b")


def certainty(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence without one of its hedges."""
    for pattern, new, how in _HEDGES:
        for match in re.compile(pattern).finditer(scene.text):
            before = scene.text[: match.start()]
            no_adjective = how == "adjective" and not _ADJECTIVE.search(before)
            # "Is expected to open and to last": the second verb would be left hanging.
            no_verb = _AGAIN.search(scene.text, match.end()) or (how == "plans to" and not _is_verb(scene, match))
            if not (scene.in_quotation(match.start()) or no_adjective or no_verb):
                yield scene.replace(match.start(), match.end(), new, how, brought="")


def _is_verb(scene: Scene, match: re.Match[str]) -> bool:
    return any(token.start == match.start() and token.tag in ("VBZ", "VBP") for token in scene.tokens)

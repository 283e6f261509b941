"""The work of `diff`: what differs between two versions of an article."""

from collections.abc import Iterator, Sequence

from summarise.checks.disagreements import claims_about, disagreements
from summarise.checks.verification import Verifier, check_claims, verifier_for
from summarise.data import CheckedSentence, Disagreement, Evidence, Source, Span, Summary, VersionDiff
from summarise.pipeline.checking import facts_in, text_of
from summarise.settings.model import Settings

OLD, NEW = "old", "new"


def compare_versions(
    old: Source, new: Source, summary: Source | Summary | None = None, *, settings: Settings | None = None
) -> VersionDiff:
    """Return the difference of two versions. `settings` default to `Settings()`."""
    settings = settings or Settings()
    verifier = verifier_for(facts_in({OLD: old, NEW: new}, settings), settings)
    before, after = verifier.within([OLD]), verifier.within([NEW])
    changed = disagreements(verifier)
    outdated: tuple[CheckedSentence, ...] = ()
    if summary is not None:
        text = text_of(summary, settings)
        outdated = tuple(one.sentence for one in after.verify(text, origin="given") if not one.sentence.passed)
    return VersionDiff(
        changed=changed,
        added=tuple(_unsupported(after, before, changed)),
        removed=tuple(_unsupported(before, after, changed)),
        outdated=outdated,
    )


def _unsupported(ours: Verifier, theirs: Verifier, changed: Sequence[Disagreement]) -> Iterator[Evidence]:
    """Yield our sentences that the other version does not support, but for those with a changed value."""
    known: list[Span] = [value.sentence for one in changed for value in one.values]
    claims = list(claims_about(ours.index, theirs.index))
    checked = check_claims([claim for claim, _ in claims], theirs.index, theirs.verdicts)
    for (_, source), sentence in zip(claims, checked, strict=True):
        if sentence.verdict != "supported" and not any(source.evidence.overlaps(one) for one in known):
            yield source.evidence

"""Checks that may ask somebody, asynchronously, and what their opinion can do to a verdict: lower it, nothing else.

Does not ask anybody itself. The rules are kept here, for every such check, and not left to the check: what it raises is
taken only with the article's own words, no earlier finding is lost, and no verdict or support gets better.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from summarise.backends.concurrency import together
from summarise.checks.source_index import Claim, SourceIndex
from summarise.data import Article, Call, CheckedSentence, Finding


@dataclass(frozen=True, slots=True)
class Opinion:
    """What an asynchronous check has to say of one sentence, and the calls that it made for it."""

    findings: tuple[Finding, ...] = ()
    calls: tuple[Call, ...] = ()


class AsyncCheck(Protocol):
    """A check that may ask a backend. It is called once for a sentence that the ordinary checks are done with.

    An answer that cannot be used, or a server that fails, is no finding: it is told by `Call.problem`. Errors that
    concern every call (a key that is refused) are raised.
    """

    async def __call__(self, claim: Claim, source_index: SourceIndex, checked: CheckedSentence) -> Opinion:
        """Return what there is to say of `claim`; `checked` is what the ordinary checks made of it."""
        ...


async def consult(
    sentences: Sequence[tuple[Claim, CheckedSentence]],
    source_index: SourceIndex,
    check: AsyncCheck,
    *,
    concurrency: int,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[Opinion]:
    """Ask for an opinion of each sentence, `concurrency` at a time, and return them in order.

    `progress` is called with how many are done, and of how many. Raises the first error that the check raises, and asks
    nothing more: calls under way are cancelled.
    """
    if sentences:
        progress(0, len(sentences))
    asking = (check(claim, source_index, checked) for claim, checked in sentences)
    return await together(asking, at_once=concurrency, on_done=lambda done: progress(done, len(sentences)))


def downgraded(checked: CheckedSentence, findings: Sequence[Finding], article: Article) -> CheckedSentence:
    """Return a checked sentence with further findings, its verdict never better than before.

    An error makes what was `supported` `unverified`. It never makes it `contradicted`: the words are the article's, but
    that they oppose the sentence is only what somebody says of them. Findings that are not admissible are left out;
    support and evidence stay those of the checks.
    """
    taken = tuple(finding for finding in findings if admissible(finding, article))
    if not any(finding.severity == "error" for finding in taken):
        return checked.model_copy(update={"findings": checked.findings + taken})
    return checked.model_copy(
        update={
            "findings": checked.findings + taken,
            "verdict": "unverified" if checked.verdict == "supported" else checked.verdict,
        }
    )


def admissible(finding: Finding, article: Article) -> bool:
    """Tell whether an opinion shows the article's own words: what it points at stands there, and errors point."""
    if finding.article is None:
        return finding.severity == "note"
    return article.quote(finding.article) == finding.article.text

"""Checks articles' own sentences as claims: each is true to its article, so whatever is raised is wrong.

Does not use any label. Each sentence is checked twice: as the program does, which supports what stands there word for
word, and with that way out closed, so that every check has to read it.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import get_args

from benchmarks.factuality.data import Item
from benchmarks.factuality.run import EVERY
from benchmarks.factuality.watch import Log, checks_logged, nothing_verbatim
from summarise.api import extract_facts
from summarise.checking import judge
from summarise.checks import Ground
from summarise.data import Facts, Verdict


@dataclass(frozen=True, slots=True)
class Offence:
    """A sentence that is not supported by its own article, and what the checks raised."""

    article: str
    text: str
    verdict: Verdict
    raised: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Sentences by verdict, and how many each check raised an error on. `offences` are those not supported."""

    way: str
    articles: int
    verdicts: Mapping[str, int]
    errors: Mapping[str, int]
    offences: tuple[Offence, ...]


def own_sentences(
    sets: Mapping[str, Sequence[Item]], articles: int, *, progress: Callable[[str], None] = lambda _: None
) -> list[Own]:
    """Check the sentences of the first `articles` articles in the order of their ids, which is random."""
    sources = {item.article: item.source for items in sets.values() for item in items}
    chosen = sorted(sources)[:articles]
    found: dict[str, list[Offence]] = {"as checked": [], "none taken word for word": []}
    with checks_logged() as log:
        for done, article in enumerate(chosen, 1):
            facts = extract_facts(sources[article])
            found["as checked"] += _judged(article, facts, log, closed=False)
            found["none taken word for word"] += _judged(article, facts, log, closed=True)
            if done % EVERY == 0 or done == len(chosen):
                progress(f"own sentences of {done} of {len(chosen)} articles")
    return [_own(way, len(chosen), judged) for way, judged in found.items()]


def _judged(article: str, facts: Facts, log: Log, *, closed: bool) -> list[Offence]:
    ground = Ground(facts)
    results = []
    with nothing_verbatim() if closed else nullcontext():
        for sentence in facts.article.sentences:
            text = facts.article.quote(sentence)
            log.take()
            # A sentence read by itself may fall apart into several, each judged.
            verdicts = {one.sentence.verdict for one in judge(text, ground, origin="given")} or {"unverified"}
            raised = tuple(dict.fromkeys(name for name, finding in log.take() if finding.severity == "error"))
            worst = min(verdicts, key=("contradicted", "unverified", "supported").index)
            results.append(Offence(article, text, worst, raised))
    return results


def _own(way: str, articles: int, judged: Sequence[Offence]) -> Own:
    verdicts = Counter(one.verdict for one in judged)
    return Own(
        way=way,
        articles=articles,
        verdicts={verdict: verdicts[verdict] for verdict in get_args(Verdict)},
        errors=dict(Counter(name for one in judged for name in one.raised).most_common()),
        offences=tuple(one for one in judged if one.verdict != "supported"),
    )

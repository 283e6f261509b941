"""Kept runs in words: what differs now, and what two of them differ in. Does not compare anything."""

from collections.abc import Iterator

from summarise.backends.budget.prices import dollars
from summarise.data import CheckedSentence, Difference, Replayed
from summarise.report.bidirectional import named
from summarise.report.text import finding_text
from summarise.report.wording import verdict_text
from summarise.runs.comparison import Comparison, Pair
from summarise.version import __version__


def replayed_line(replayed: Replayed, name: str) -> str:
    """Return the line that tells which run was shown, and whether this version would come to the same."""
    kept = replayed.run
    then = f"{name}: kept {kept.saved:%Y-%m-%d %H:%M} UTC by summarise {kept.version}, {kept.writer.id}"
    if replayed.otherwise:
        return f"{then}; {replayed.otherwise}"
    if kept.ended is not None:
        return f"{then}; this version ends with the same error"
    if replayed.restated:
        return f"{then}; the file and the repeated run differ in {', '.join(replayed.restated)}"
    if not replayed.differences:
        return f"{then}; this version ({__version__}) writes and judges the same"
    return f"{then}; this version ({__version__}) writes or judges otherwise"


def difference_lines(replayed: Replayed) -> list[str]:
    """Return a line for each sentence that is judged or written otherwise now."""
    lines = [named(difference_line(difference)) for difference in replayed.differences]
    if replayed.otherwise and replayed.summary is not None and not lines:
        lines.append("the sentences that were shown were checked again: judged the same")
    return lines


def difference_line(difference: Difference) -> str:
    """Return what differs of one sentence."""
    then, now, place = difference.then, difference.now, difference.place
    if then is None and now is not None:
        return f"now also shown: {_verdict(now)}: “{now.text}”{_findings(now)}"
    assert then is not None, "a difference is of something"
    if now is None:
        return f"sentence {place} is shown no more (was {_verdict(then)}): “{then.text}”"
    if then.verdict == now.verdict:
        before, after = (_findings(one).removeprefix("; ") or "nothing" for one in (then, now))
        return f"sentence {place} is {now.verdict} as then: “{now.text}”; found now: {after}; found then: {before}"
    return f"sentence {place} was {_verdict(then)} and is {_verdict(now)}: “{now.text}”{_findings(now)}"


def _verdict(sentence: CheckedSentence) -> str:
    return f"{verdict_text(sentence)} ({sentence.probability:.2f})"


def _findings(sentence: CheckedSentence) -> str:
    return "".join(f"; {finding_text(finding, sentence.text)}" for finding in sentence.findings)


def comparison_text(found: Comparison, names: Pair) -> str:
    """Return what two runs differ in, a block for each thing, and what is the same in a line."""
    return "\n".join(map(named, _comparison_lines(found, names)))


def _comparison_lines(found: Comparison, names: Pair) -> Iterator[str]:
    for sign, name, version, model in zip("-+", names, found.versions, found.models, strict=True):
        yield f"{sign} {name} (summarise {version}, {model})"
    if not found.same_article:
        yield "article: another one"
    shared = sum(a is not None and b is not None for a, b in found.sentences)
    yield (
        f"text: {shared} of {len(found.sentences)} sentences in both"
        if shared < len(found.sentences)
        else "text: the same"
    )
    for one, other in found.sentences:
        if one is None or other is None:
            sentence = one or other
            assert sentence is not None, "a pair has one sentence at least"
            yield f"  {'-' if other is None else '+'} {_verdict(sentence)}: {sentence.text}"
    changed = [(one, other) for one, other in found.sentences if one and other and one.verdict != other.verdict]
    yield "verdicts: of the sentences in both " + (f"{len(changed)} differ" if changed else "all the same")
    for one, other in changed:
        yield f"  {_verdict(one)} → {_verdict(other)}: {other.text}"
    if found.ended != (None, None):
        yield f"ended: {_pair(found.ended)}"
    yield f"tokens: {_pair(found.prompt_tokens)} read, {_pair(found.completion_tokens)} written"
    cached = "" if found.from_cache == (0, 0) else f", of those from the cache {_pair(found.from_cache)}"
    yield f"calls: {_pair(found.calls)}{cached}"
    first, second = (None if cost is None else dollars(cost) for cost in found.cost)
    yield f"cost: {_pair((first, second))}"
    yield f"seconds: {_pair(found.seconds)}"
    yield "prompts: " + ("; ".join(map(_pair, found.prompts)) or "the same")
    yield "settings: " + ("; ".join(f"{name} {_pair(pair)}" for name, pair in found.differing.items()) or "the same")


def _pair(pair: Pair) -> str:
    first, second = ("none" if value is None else str(value) for value in pair)
    return first if first == second else f"{first} → {second}"

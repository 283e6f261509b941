"""Two kept runs beside each other: text, verdicts, tokens, cost, prompts, and what was wanted."""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from summarise.data import CheckedSentence, Record, Run

Pair = tuple[Any, Any]
"""What stands in the first run, and what in the second; None where nothing does."""


class Comparison(Record):
    """What two runs differ in; each pair is the first run's and the second's.

    `sentences` are pairs of sentences in order: the same text in both, or one alone. `differing` has the settings and
    other wishes, by name, in which the two differ.
    """

    same_article: bool
    versions: Pair
    models: Pair
    sentences: tuple[tuple[CheckedSentence | None, CheckedSentence | None], ...]
    ended: Pair
    prompt_tokens: Pair
    completion_tokens: Pair
    calls: Pair
    from_cache: Pair
    cost: Pair
    seconds: Pair
    prompts: tuple[Pair, ...]
    differing: dict[str, Pair]

    @property
    def same(self) -> bool:
        """Whether both come to the same text with the same verdicts, or to the same error."""
        alike = all(a and b and a.verdict == b.verdict for a, b in self.sentences)
        return alike and self.ended[0] == self.ended[1]


def compared(one: Run, other: Run) -> Comparison:
    """Return what two runs differ in."""
    summaries = one.summary, other.summary
    records = [summary.run if summary else None for summary in summaries]

    def pair(name: str) -> Pair:
        first, second = (getattr(record, name) if record else None for record in records)
        return first, second

    return Comparison(
        same_article=one.article.sha256 == other.article.sha256,
        versions=(one.version, other.version),
        models=(one.writer.id, other.writer.id),
        sentences=aligned(*(summary.sentences if summary else () for summary in summaries)),
        ended=(one.ended.message if one.ended else None, other.ended.message if other.ended else None),
        prompt_tokens=pair("prompt_tokens"),
        completion_tokens=pair("completion_tokens"),
        calls=(len(one.exchanges), len(other.exchanges)),
        from_cache=(_from_cache(one), _from_cache(other)),
        cost=pair("cost"),
        seconds=pair("seconds"),
        prompts=_prompts(*map(_used, (one, other))),
        differing=_differing(one, other),
    )


def aligned(
    first: Sequence[CheckedSentence], second: Sequence[CheckedSentence]
) -> tuple[tuple[CheckedSentence | None, CheckedSentence | None], ...]:
    """Return the sentences of two summaries in pairs, in order: those of the same text together, others alone."""
    matcher = SequenceMatcher(a=[one.text for one in first], b=[one.text for one in second], autojunk=False)
    found: list[tuple[CheckedSentence | None, CheckedSentence | None]] = []
    for tag, start, end, begin, last in matcher.get_opcodes():
        if tag == "equal":
            found += zip(first[start:end], second[begin:last], strict=True)
        else:
            found += [(one, None) for one in first[start:end]]
            found += [(None, one) for one in second[begin:last]]
    return tuple(found)


def _from_cache(run: Run) -> int:
    return sum(exchange.reply is not None and exchange.reply.from_cache for exchange in run.exchanges)


def _used(run: Run) -> dict[str, str]:
    """Return the prompts that a run asked with, by stage, as STAGE/vN with the beginning of the hash."""
    summary = run.summary
    asked = [one.request.prompt for one in run.exchanges if one.request and one.request.prompt]
    prompts = asked if summary is None else summary.run.prompts
    return {prompt.id.rpartition("/")[0]: f"{prompt.id} ({prompt.sha256[:12]})" for prompt in prompts}


def _prompts(first: Mapping[str, str], second: Mapping[str, str]) -> tuple[Pair, ...]:
    """Return the prompts that differ, those of one stage beside each other."""
    pairs = [(first.get(stage), second.get(stage)) for stage in dict.fromkeys([*first, *second])]
    return tuple(pair for pair in pairs if pair[0] != pair[1])


def _differing(one: Run, other: Run) -> dict[str, Pair]:
    first, second = (
        run.wanted.settings | run.wanted.model_dump(mode="json", exclude={"settings", "shape", "strict"})
        for run in (one, other)
    )
    return {
        name: (first.get(name), second.get(name))
        for name in dict.fromkeys([*first, *second])
        if first.get(name) != second.get(name)
    }

"""The figures as tables of plain text and as JSON. Does not measure; how accuracy is laid out is told elsewhere."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.factuality.accuracy import Row
from benchmarks.factuality.accuracy_tables import accuracy_tables
from benchmarks.factuality.confusion import CONSISTENT, Confusion, Heaviness
from benchmarks.factuality.findings import Pool, Precision
from benchmarks.factuality.own import Own
from benchmarks.factuality.reliability import Reliability
from benchmarks.factuality.tables import interval, per_cent, table
from benchmarks.factuality.times import Times


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The figures of one reading, by the model or by rules."""

    parser: str
    rows: Sequence[Row]
    pools: Sequence[Pool]
    reliability: Sequence[Reliability]
    confusion: Sequence[Confusion]
    times: Sequence[Times]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that was measured; `rules` and `own` only where they were asked for."""

    main: Part
    rules: Part | None = None
    own: Sequence[Own] = ()

    def text(self) -> str:
        """Return the tables."""
        parts = [*_part(self.main)]
        if self.rules:
            parts += _part(self.rules)
        if self.own:
            parts.append(_own(self.own))
        return "\n\n".join(parts) + "\n"

    def json(self) -> str:
        """Return every figure, also those of the single sets that the tables leave out; NaN is null."""
        report: dict[str, Any] = asdict(self)
        for own, found in zip(report["own"], self.own, strict=True):
            # Counts may go into files; sentences of others' articles may not.
            own["offences"] = len(found.offences)
        return json.dumps(_plain(report), indent=1, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    return value


def _part(part: Part) -> Iterator[str]:
    by = "rules alone" if part.parser == "rules" else "spaCy"
    yield from accuracy_tables(part.rows, part.reliability, by)
    for pool in part.pools:
        if len(pool.sets) > 1 or len(part.pools) == 1:
            yield _pool(pool, by)
    yield _verdicts(part.pools, by)
    if part.confusion:
        yield _caught(part.confusion, by)
        yield _answers(part.confusion, "errors", by)
        yield _answers(part.confusion, "notes", by)
    if part.times:
        yield _times(part.times, by)


def _pool(pool: Pool, by: str) -> str:
    head = ["", "accuses", "right", "of them", "chance", "doubts", "right", "of them", "chance", "notes", "of them"]
    body = [_precisions("any check", pool.any_error)]
    body += [_precisions(name, each) for name, each in pool.checks.items()]
    body += [["finding kinds:"]]
    body += [_precisions(name, each) for name, each in pool.kinds.items()]
    title = (
        f"Findings on {pool.name}, {pool.items} items, {per_cent(pool.base)} % not consistent; articles read by {by}\n"
        "accuses: items with an error with opposing evidence; doubts: with an error without; right: not consistent;\n"
        "chance: the share of items that are not consistent in the sets where it was raised"
    )
    return table(title, head, body)


def _precisions(name: str, each: Mapping[str, Precision]) -> list[str]:
    cells = [name]
    for weight in ("accuses", "doubts"):
        one = each[weight]
        cells += [str(one.items), str(one.right), interval(one.precision), per_cent(one.expected)]
    return [*cells, str(each["notes"].items), interval(each["notes"].precision)]


def _verdicts(pools: Sequence[Pool], by: str) -> str:
    names = list(pools[0].verdicts) if pools else []
    body = [
        [
            pool.name,
            str(pool.items),
            per_cent(1 - pool.base),
            *(
                cell
                for name in names
                for cell in (str(pool.verdicts[name].items), interval(pool.verdicts[name].consistent))
            ),
        ]
        for pool in pools
    ]
    head = ["", "items", "consistent", *(cell for name in names for cell in (name, "consistent"))]
    return table(f"Share of consistent items by verdict, articles read by {by}", head, body)


def _caught(rows: Sequence[Confusion], by: str) -> str:
    body = [
        [r.set, r.type, str(r.items), per_cent(r.not_supported), per_cent(r.contradicted), per_cent(r.error)]
        for r in rows
    ]
    head = ["set", "type of error", "items", "not supported", "contradicted", "error raised"]
    return table(f"What is caught by type of error, articles read by {by}", head, body)


def _answers(rows: Sequence[Confusion], heaviness: Heaviness, by: str) -> str:
    kinds = [kind for kind in rows[0].kinds[heaviness] if any(row.kinds[heaviness][kind].here for row in rows)]
    body = [
        [
            row.set,
            row.type,
            str(row.items),
            *(
                per_cent(one.here) if row.type == CONSISTENT else f"{per_cent(one.here)}/{per_cent(one.consistent)}"
                for one in (row.kinds[heaviness][kind] for kind in kinds)
            ),
        ]
        for row in rows
    ]
    title = (
        f"Share of items on which {heaviness} of a kind were raised, by type of error, articles read by {by}\n"
        "behind the stroke: the share on consistent items of the same set, and in a mixture of the same corpora"
    )
    return table(title, ["set", "type of error", "items", *kinds], body)


def _times(rows: Sequence[Times], by: str) -> str:
    body = [
        [
            row.work,
            str(row.count),
            f"{1000 * row.median:.1f}",
            f"{1000 * row.median_own:.1f}",
            f"{row.total:.1f}",
            f"{row.total - row.parser:.1f}",
            per_cent(row.parser_share),
        ]
        for row in rows
    ]
    head = ["time", "count", "median ms", "without parser", "total s", "without parser", "parser's share"]
    return table(f"Time of the processor, articles read by {by}", head, body)


def _own(rows: Sequence[Own]) -> str:
    names = list(rows[0].verdicts)
    body = [
        [
            own.way,
            str(sum(own.verdicts.values())),
            *(str(own.verdicts[name]) for name in names),
            ", ".join(f"{name} {count}" for name, count in own.errors.items()) or "–",
        ]
        for own in rows
    ]
    title = f"The own sentences of {rows[0].articles} articles, each checked as a claim"
    return table(title, ["way", "sentences", *names, "errors raised by"], body)

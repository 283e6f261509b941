"""The figures as tables of plain text and as JSON. Does not measure; shares are printed in per cent."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.factuality.accuracy import Row
from benchmarks.factuality.findings import Caught, Pool, Precision
from benchmarks.factuality.own import Own
from benchmarks.factuality.statistics import Interval
from benchmarks.factuality.times import Times

SYSTEMS = {"ours": "cut/AUC", "a": "(a)", "b": "(b)", "c": "(c)", "d in": "(d) in-set", "d out": "(d) others"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The figures of one reading, by the model or by rules."""

    parser: str
    rows: Sequence[Row]
    pools: Sequence[Pool]
    caught: Sequence[Caught]
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
    yield _accuracy(part.rows, by)
    yield _differences(part.rows, by)
    for pool in part.pools:
        if len(pool.sets) > 1 or len(part.pools) == 1:
            yield _pool(pool, by)
    yield _verdicts(part.pools, by)
    if part.caught:
        yield _caught(part.caught, by)
    if part.times:
        yield _times(part.times, by)


def _accuracy(rows: Sequence[Row], by: str) -> str:
    head = ["set", "items", "articles", "consistent", "verdict", *SYSTEMS.values()]
    body = [
        [
            ("  " if row.part else "") + row.name,
            str(row.items),
            str(row.articles),
            _per_cent(row.consistent),
            _per_cent(row.verdict),
            *(
                f"{_per_cent(row.systems[key].bacc)}/{_per_cent(row.systems[key].auc)}" if key in row.systems else "–"
                for key in SYSTEMS
            ),
        ]
        for row in rows
    ]
    title = (
        f"Balanced accuracy / ROC-AUC, articles read by {by}\n"
        "verdict: balanced accuracy of the program's own; elsewhere with a cut from the other fold of articles.\n"
        "(a) content words, (b) bigrams and trigrams, (c) numbers and capitals found in the article;\n"
        "(d) logistic regression of them, fitted on the other fold (in-set) or on the other sets (others)"
    )
    return _table(title, head, body)


def _differences(rows: Sequence[Row], by: str) -> str:
    columns = {
        "auc, d in": "AUC - (d) in-set",
        "auc, d out": "AUC - (d) others",
        "cut, d in": "cut - (d) in-set",
        "cut, d out": "cut - (d) others",
        "verdict, d out": "verdict - (d) others",
    }
    body = [
        [("  " if row.part else "") + row.name, *(_signed(row.differences.get(key)) for key in columns)] for row in rows
    ]
    title = f"Ours less (d), points, with 95 % intervals (paired bootstrap by article), articles read by {by}"
    return _table(title, ["set", *columns.values()], body)


def _pool(pool: Pool, by: str) -> str:
    head = ["", "accuses", "right", "of them", "chance", "doubts", "right", "of them", "chance", "notes", "of them"]
    body = [_precisions("any check", pool.any_error)]
    body += [_precisions(name, each) for name, each in pool.checks.items()]
    body += [["finding kinds:"]]
    body += [_precisions(name, each) for name, each in pool.kinds.items()]
    title = (
        f"Findings on {pool.name}, {pool.items} items, {_per_cent(pool.base)} % not consistent; articles read by {by}\n"
        "accuses: items with an error with opposing evidence; doubts: with an error without; right: not consistent;\n"
        "chance: the share of items that are not consistent in the sets where it was raised"
    )
    return _table(title, head, body)


def _precisions(name: str, each: Mapping[str, Precision]) -> list[str]:
    cells = [name]
    for weight in ("accuses", "doubts"):
        one = each[weight]
        cells += [str(one.items), str(one.right), _interval(one.precision), _per_cent(one.expected)]
    return [*cells, str(each["notes"].items), _interval(each["notes"].precision)]


def _verdicts(pools: Sequence[Pool], by: str) -> str:
    names = list(pools[0].verdicts) if pools else []
    body = [
        [
            pool.name,
            str(pool.items),
            _per_cent(1 - pool.base),
            *(
                cell
                for name in names
                for cell in (str(pool.verdicts[name].items), _interval(pool.verdicts[name].consistent))
            ),
        ]
        for pool in pools
    ]
    head = ["", "items", "consistent", *(cell for name in names for cell in (name, "consistent"))]
    return _table(f"Share of consistent items by verdict, articles read by {by}", head, body)


def _caught(rows: Sequence[Caught], by: str) -> str:
    body = [
        [r.set, r.type, str(r.items), _per_cent(r.not_supported), _per_cent(r.contradicted), _per_cent(r.error)]
        for r in rows
    ]
    head = ["set", "type of error", "items", "not supported", "contradicted", "error raised"]
    return _table(f"What is caught by type of error, articles read by {by}", head, body)


def _times(rows: Sequence[Times], by: str) -> str:
    body = [
        [
            row.work,
            str(row.count),
            f"{1000 * row.median:.1f}",
            f"{1000 * row.median_own:.1f}",
            f"{row.total:.1f}",
            f"{row.total - row.parser:.1f}",
            _per_cent(row.parser_share),
        ]
        for row in rows
    ]
    head = ["time", "count", "median ms", "without parser", "total s", "without parser", "parser's share"]
    return _table(f"Time of the processor, articles read by {by}", head, body)


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
    return _table(title, ["way", "sentences", *names, "errors raised by"], body)


def _table(title: str, head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """Lay out a table: the first column to the left, the others to the right, and text in the last to the left."""
    lines = [list(head), *([*row, *[""] * (len(head) - len(row))] for row in body)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    left = [column == 0 or all(_is_text(line[column]) for line in lines[1:]) for column in range(len(head))]
    laid = [
        "  ".join(
            cell.ljust(width) if is_left else cell.rjust(width)
            for cell, width, is_left in zip(line, widths, left, strict=True)
        ).rstrip()
        for line in lines
    ]
    return "\n".join([title, "", laid[0], "-" * max(map(len, laid)), *laid[1:]])


def _is_text(cell: str) -> bool:
    return cell[:1].isalpha() or cell in ("", "–")


def _per_cent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f}"


def _interval(share: Interval) -> str:
    if math.isnan(share.value):
        return "–"
    return f"{100 * share.value:.1f} [{100 * share.low:.0f}–{100 * share.high:.0f}]"


def _signed(difference: Interval | None) -> str:
    if difference is None or math.isnan(difference.value):
        return "–"
    return f"{100 * difference.value:+.1f} [{100 * difference.low:+.1f} {100 * difference.high:+.1f}]"

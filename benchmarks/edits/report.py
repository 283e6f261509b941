"""Counts the results and sets them out: as tables to read, as numbers for machines, as cases for a developer."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

from benchmarks.edits.case import HARMLESS, KINDS, LATER
from benchmarks.edits.measure import Result

Wanted = Literal["all", "missed", "alarms"]

_EDITS = f"{'':<34}{'n':>6}{'error %':>9}{'contrad. %':>12}{'kind %':>8}"
_TWINS = f"{'':<34}{'n':>6}{'alarm %':>9}{'supported %':>12}"


def counts(results: Sequence[Result]) -> dict[str, Any]:
    """Return all counts: `edits` by source and kind, each with its ways, and `twins` by source and way.

    Shares are from 0 to 1: `error` of the edits that raise one, `contradicted` and `named` of those that do.
    """
    table: dict[str, Any] = {"edits": {}, "twins": {}}
    for source in ("rule", "hand"):
        ours = [result for result in results if result.case.source == source]
        edits = [result for result in ours if result.case.kind != HARMLESS]
        twins = [result for result in ours if result.case.kind == HARMLESS]
        table["edits"][source] = {
            kind: _edits(of_kind) | {"ways": _by_how(of_kind, _edits)}
            for kind in (*KINDS, *LATER)
            if (of_kind := [result for result in edits if result.case.kind == kind])
        } | {
            name: _edits(group)
            for name, kinds in (("all of the first eight", KINDS), ("all of the others", LATER))
            if (group := [result for result in edits if result.case.kind in kinds])
        }
        table["twins"][source] = _by_how(twins, _twins)
        reworded = [result for result in twins if result.case.how != "unedited"]
        if reworded:
            table["twins"][source]["all reworded"] = _twins(reworded)
    return table


def _by_how(
    results: Sequence[Result], count: Callable[[Sequence[Result]], dict[str, float]]
) -> dict[str, dict[str, float]]:
    hows = sorted({result.case.how for result in results}, key=lambda how: (how != "unedited", how))
    return {how: count([result for result in results if result.case.how == how]) for how in hows}


def _edits(results: Sequence[Result]) -> dict[str, float]:
    raised = [result for result in results if result.alarm]
    return {
        "n": len(results),
        "error": _share(len(raised), len(results)),
        "contradicted": _share(sum(result.contradicted for result in raised), len(raised)),
        "named": _share(sum(result.named for result in raised), len(raised)),
    }


def _twins(results: Sequence[Result]) -> dict[str, float]:
    return {
        "n": len(results),
        "alarm": _share(sum(result.alarm for result in results), len(results)),
        "supported": _share(sum(result.verdict == "supported" for result in results), len(results)),
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def tables(table: dict[str, Any], *, ways: bool = True) -> Iterator[str]:
    """Yield the lines of the tables; `ways` adds a line for each way in which a kind of edit was made."""
    for source in ("rule", "hand"):
        edits, twins = table["edits"][source], table["twins"][source]
        if edits:
            yield f"Edits by {source}: of those that raise an error, how many are contradicted and have the kind right"
            yield _EDITS
            for kind, row in edits.items():
                yield _edit_line(kind, row)
                if ways and len(row.get("ways", {})) > 1:
                    yield from (_edit_line(f"  {how}", found) for how, found in row.get("ways", {}).items())
            yield ""
        if twins:
            yield f"Twins by {source}: nothing is wrong with them"
            yield _TWINS
            for how, row in twins.items():
                yield f"{how:<34}{row['n']:>6}{100 * row['alarm']:>9.1f}{100 * row['supported']:>12.1f}"
            yield ""


def _edit_line(name: str, row: dict[str, float]) -> str:
    raised = f"{100 * row['error']:>9.1f}{100 * row['contradicted']:>12.1f}{100 * row['named']:>8.1f}"
    return f"{name:<34}{row['n']:>6}{raised}"


def shown(results: Iterable[Result], kind: str, wanted: Wanted) -> Iterator[str]:
    """Yield the cases of one kind, or of one way: what was said, what was made of it, and what was found.

    "missed" are edits without an error, "alarms" cases with one.
    """
    for result in results:
        case = result.case
        if kind not in (case.kind, case.how):
            continue
        if (wanted == "missed" and result.alarm) or (wanted == "alarms" and not result.alarm):
            continue
        yield f"{case.article}  {case.source}  {case.kind} / {case.how}  {result.verdict}"
        yield f"  - {case.original}"
        if case.edited != case.original:
            yield f"  + {case.edited}"
        yield from (f"  ! {e.code}: {e.claim.text!r} / {e.article and e.article.text!r}" for e in result.errors)
        yield ""

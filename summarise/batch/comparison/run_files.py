"""Run files as variants: those of one model, with the same prompts and settings, are one variant."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from summarise.batch.comparison.contrasts import Values, build_comparison, with_most_different
from summarise.batch.comparison.measures import measure_summary
from summarise.batch.result_settings import NO_MATTER
from summarise.data import Run, Summary
from summarise.data.comparison import Comparison, ExcludedArticle, Variant
from summarise.errors import UsageError
from summarise.runs.files import read_run

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass
class RunGroup:
    """Runs of one variant: `wanted` is what they have in common, `prompts` the hash of each stage's."""

    wanted: Mapping[str, Any]
    prompts: dict[str, str] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)

    def takes(self, wanted: Mapping[str, Any], prompts: Mapping[str, str]) -> bool:
        """Tell whether a run is of this variant: it may lack a stage that others came to, such as repair."""
        return self.wanted == wanted and all(self.prompts.get(slot, value) == value for slot, value in prompts.items())

    def add(self, run: Run, prompts: Mapping[str, str]) -> None:
        """Take a run in; of several about one article the latest counts."""
        self.prompts |= prompts
        before = self.runs.get(run.article.sha256)
        if before is None or before.saved < run.saved:
            self.runs[run.article.sha256] = run


def compare_run_files(paths: Sequence[Path]) -> Comparison:
    """Return the comparison of kept runs, grouped by model, prompts and settings, in the order of the files.

    RunFileError where a file is none; UsageError where there are fewer than two groups, or more than 26; else as
    `build_comparison`.
    """
    groups: list[RunGroup] = []
    names: dict[str, str] = {}
    for path in paths:
        run = read_run(path)
        names.setdefault(run.article.sha256, run.wanted.name or path.stem)
        wanted, prompts = _wanted(run), _prompts(run)
        group = next((one for one in groups if one.takes(wanted, prompts)), None)
        if group is None:
            groups.append(group := RunGroup(wanted))
        group.add(run, prompts)
    if not 2 <= len(groups) <= len(LETTERS):
        told = "all of one model with the same prompts and settings" if len(groups) == 1 else f"of {len(groups)} kinds"
        raise UsageError(f"the runs are {told}: name runs of two variants at least, and of no more than {len(LETTERS)}")
    return _compared(groups, _own_names(names))


def _compared(groups: Sequence[RunGroup], names: Mapping[str, str]) -> Comparison:
    summaries: dict[str, list[Summary | None]] = {}
    excluded: list[ExcludedArticle] = []
    for article, name in names.items():
        runs = [group.runs.get(article) for group in groups]
        summaries[name] = [None if run is None else run.summary for run in runs]
        for letter, run, summary in zip(LETTERS, runs, summaries[name], strict=False):
            if summary is None:
                why = run.ended.message if run is not None and run.ended is not None else "no run of it was named"
                excluded.append(ExcludedArticle(article=name, variant=letter, message=why))
    values: dict[str, list[Values | None]] = {
        name: [None if one is None else measure_summary(one) for one in each] for name, each in summaries.items()
    }
    specs = _told([_flat(group) for group in groups])
    variants = [
        Variant(name=letter, spec=spec, models=(str(group.wanted["model"]),))
        for letter, spec, group in zip(LETTERS, specs, groups, strict=False)
    ]
    return with_most_different(
        build_comparison(variants, values, excluded=excluded),
        ((name, one) for name, each in summaries.items() for one in each if one is not None),
    )


def _wanted(run: Run) -> dict[str, Any]:
    """Return what makes a variant of a run besides its prompts."""
    wanted = run.wanted.model_dump(mode="json", exclude={"settings", "shape", "name", "strict"})
    same = NO_MATTER | {"model", "prompts"}
    settings = {name: value for name, value in run.wanted.settings.items() if name not in same}
    return {"model": run.writer.id, "judge": run.judge.id if run.judge else None, **settings, **wanted}


def _prompts(run: Run) -> dict[str, str]:
    return {used.id.rpartition("/")[0]: f"{used.id} ({used.sha256[:8]})" for used in run.prompts}


def _flat(group: RunGroup) -> dict[str, str]:
    values = {name: value if isinstance(value, str) else json.dumps(value) for name, value in group.wanted.items()}
    return values | {f"prompt {slot}": prompt for slot, prompt in group.prompts.items()}


def _told(groups: Sequence[Mapping[str, str]]) -> list[str]:
    """Return of each group its model and what is otherwise than in another one."""
    names = dict.fromkeys(name for group in groups for name in group)
    differing = [name for name in names if len({group.get(name) for group in groups}) > 1]
    shown = dict.fromkeys(["model", *differing])
    return [", ".join(f"{name}={group.get(name, 'none')}" for name in shown) for group in groups]


def _own_names(names: Mapping[str, str]) -> dict[str, str]:
    """Return the articles by their hash with a name of its own each."""
    taken: dict[str, int] = {}
    found: dict[str, str] = {}
    for article, name in names.items():
        taken[name] = taken.get(name, 0) + 1
        found[article] = name if taken[name] == 1 else f"{name}#{taken[name]}"
    return found

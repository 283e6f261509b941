"""Measure the checker on labelled claims: `python -m benchmarks.factuality TRAINING PUBLIC [--write FILE] …`.

TRAINING is the data folder that training/README.md describes; its held-out part is read. PUBLIC is the folder of the
public sets.
`--write` fits support to all of the fitted sets and writes `verdict.json`. `--record` writes the figures into
`figures.json`, README.md and docs/checker.md.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.entailment.claims import careful, held_claims, held_domains, held_drafts, own_slips, public_sets
from benchmarks.factuality.data import DataError, Item
from benchmarks.factuality.figures import FILE, ROOT, Figures, main_table, strong_line, write_pages
from benchmarks.factuality.halves import FITTED, Outcome, both_ways, parameters_of
from benchmarks.factuality.reading import Reading, read
from benchmarks.factuality.tables import careful_line, figures_of, kinds_table, strong_doubted
from summarise.checks.verdict import built_in
from summarise.data import VerdictParameters
from summarise.settings.model import Settings

OLDER = ("qags_xsum", "qags_cnndm_sent", "cliff", "defacto", "frank_val", "summeval12")
"""Public sets of summaries by older systems, which are measured but not used for fitting."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 2 if the data are missing."""
    options = _options().parse_args(arguments)
    settings = Settings(entailment=options.entailment)
    try:
        sets = _sets(options)
    except (DataError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    print(", ".join(f"{name} {len(items)}" for name, items in sets.items()), file=sys.stderr)
    readings = {name: read(items, settings) for name, items in sets.items()}
    own, read_by_model = built_in(), options.entailment != "off"
    outcomes = both_ways(readings, own, read_by_model=read_by_model)
    figures = _figures(outcomes, options)
    print("\n".join(main_table(figures.sets)))
    print(f"\n{strong_line(figures)}")
    if "careful" in outcomes:
        print(careful_line(outcomes["careful"]))
    if "slips" in outcomes:
        print("\nslips, at the default\n")
        print("\n".join(kinds_table([outcome for half in outcomes["slips"] for outcome in half])))
    if options.write:
        write(options.write, own, readings, read_by_model=read_by_model)
    if options.record:
        FILE.write_text(figures.model_dump_json(indent=1) + "\n", encoding="utf-8")
        write_pages(figures)
    return 0


def _figures(outcomes: Mapping[str, Sequence[Sequence[Outcome]]], options: argparse.Namespace) -> Figures:
    strong_claims, strong = strong_doubted(outcomes)
    command = ("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD")
    sample = f' ARGS="--sample {options.sample}"' if options.sample else ""
    return Figures(
        date=datetime.now(UTC).date().isoformat(),
        commit=subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or "unknown",
        command=f"make bench-facts TRAINING=DIR PUBLIC=DIR{sample}",
        strong_claims=strong_claims,
        strong=strong,
        sets=figures_of(outcomes),
    )


def write(
    path: Path, own: VerdictParameters, readings: Mapping[str, Sequence[Reading]], *, read_by_model: bool
) -> None:
    """Fit support, with or without the entailment model, to all of the fitted sets, and write the parameters."""
    fitted_to = [reading for name in FITTED for reading in readings.get(name, ())]
    new = parameters_of(fitted_to, own, read_by_model=read_by_model)
    path.write_text(json.dumps(new.model_dump(mode="json"), indent=2) + "\n", encoding="utf-8")


def _sets(options: argparse.Namespace) -> dict[str, Sequence[Item]]:
    sets: dict[str, Sequence[Item]] = {
        **public_sets(options.public, 0, ("genaudit_news_sent",)),
        "claims": held_claims(options.training).near,
        "edited": held_domains(options.training),
        "drafts": held_drafts(options.training),
    }
    if not options.fitted_only:
        sets["slips"] = own_slips()
        sets["careful"] = careful()
        sets |= public_sets(options.public, options.sample, OLDER)
    return sets


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.factuality", description=__doc__)
    parser.add_argument("training", type=Path)
    parser.add_argument("public", type=Path)
    parser.add_argument("--sample", type=int, default=0, help="claims of each older set (default: all)")
    parser.add_argument("--entailment", default="built-in", help="built-in, off, or the folder of another model")
    parser.add_argument("--fitted-only", action="store_true", help="read only the sets to which support is fitted")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the fitted parameters to FILE")
    parser.add_argument("--record", action="store_true", help="write the figures into README.md and docs/checker.md")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())

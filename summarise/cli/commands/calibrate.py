"""`summarise calibrate`: fit the verdict's parameters to claims that somebody has labelled."""

from pathlib import Path

import click

from summarise.cli import options as shared
from summarise.cli.output_files import is_one_of
from summarise.cli.progress import watched
from summarise.cli.terminal import OutputError, print_text, tell
from summarise.errors import UsageError


@click.command(
    "calibrate",
    short_help="Fit the verdict's parameters to claims that you have labelled.",
    context_settings=shared.HELP,
)
@click.argument("pairs", metavar="PAIRS")
@shared.options(
    click.option("--out", required=True, metavar="FILE", help="Write the parameters to this file, as TOML."),
    click.option("--force", is_flag=True, help="Replace FILE if it exists."),
    shared.entailment_option,
    shared.quiet_option,
    shared.verbose_option,
)
def calibrate_command(pairs: str, *, out: str, force: bool, entailment: str | None, quiet: bool, verbose: int) -> int:
    """Fit the verdict's parameters to the labelled claims in PAIRS, and write them as a table of a settings file.

    PAIRS has one JSON object a line: "article" (text) or "article_file" (a path, from the folder of PAIRS), "claim",
    and "label", 1 or "supported", 0 or "unsupported". At least 30 of each label are needed. The figures printed
    were measured on articles that were not used for fitting. With --entailment off only the parameters for checks
    without the entailment model are fitted, otherwise only those for checks with it.
    """
    place = Path(out)
    _require_place(place, pairs, force=force)
    from summarise.checks.calibration import calibration_of, parameters_toml
    from summarise.checks.labelled_pairs import read_pairs
    from summarise.files import write_whole
    from summarise.report.calibration import calibration_text

    settings = shared.settings_from(entailment=entailment)
    with watched(quiet=quiet, verbose=verbose) as progress:
        found = calibration_of(read_pairs(Path(pairs)), settings, progress)
    try:
        write_whole(place, parameters_toml(found.parameters).encode())
    except OSError as error:
        raise OutputError(f"cannot write {out}: {error.strerror or type(error).__name__}") from None
    print_text(calibration_text(found))
    if not quiet:
        tell(
            f"wrote {out}, version {found.parameters.version}: paste it into the settings file "
            "(`summarise config path`), or set SUMMARISE_CONFIG to its path"
        )
    return 0


def _require_place(place: Path, pairs: str, *, force: bool) -> None:
    """Raise UsageError where the file cannot be written: before anything is read, so that no work is lost for it."""
    if str(place) in ("", ".", "-") or place.is_dir():
        raise UsageError("--out needs the name of a file to write the parameters to")
    if is_one_of(place, (pairs,)):
        raise UsageError(f"{place} is the input: name another file for the parameters")
    if not place.parent.is_dir():
        raise UsageError(f"there is no folder {place.parent}: make it, or name another file for the parameters")
    if place.exists() and not force:
        raise UsageError(f"{place} exists already: name another file, or add --force to replace it")

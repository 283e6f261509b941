"""What a calibration came to, for people: shares of claims before and after, on articles that were not fitted to."""

from summarise.checks.calibration import Calibration
from summarise.checks.regression import SENSITIVITIES


def calibration_text(found: Calibration) -> str:
    """Return a short table: what was measured with the parameters before, and with those fitted to other articles."""
    rows = [
        *(
            (f"{told}, {name}", *(_share(getattr(measures, field)[name]) for measures in (found.before, found.after)))
            for field, told in (("doubted", "right doubted"), ("caught", "wrong caught"))
            for name in SENSITIVITIES
        ),
        ("AUC", f"{found.before.auc:.3f}", f"{found.after.auc:.3f}"),
        ("calibration error", f"{found.before.error:.3f}", f"{found.after.error:.3f}"),
        ("  of a perfect one", f"{found.before.by_chance:.3f}", f"{found.after.by_chance:.3f}"),
    ]
    width = max(len(name) for name, *_ in rows)
    lines = [f"{name:{width}}  {before:>8}  {after:>8}" for name, before, after in (("", "before", "after"), *rows)]
    return "\n".join([_counted(found), "", *lines])


def _counted(found: Calibration) -> str:
    lines = [
        f"{found.right} supported and {found.wrong} unsupported claims of {found.articles} articles, "
        f"{'with' if found.read else 'without'} the entailment model"
    ]
    if found.verbatim:
        lines.append(f"{found.verbatim} more were left out: they stand in their articles word for word")
    if found.errors:
        lines.append(
            f"exact comparisons find errors in {_share(found.errors)} of the supported ones: these are doubted"
        )
    return "\n".join([*lines, "each half of the articles is measured with what was fitted to the other half:"])


def _share(share: float) -> str:
    return f"{100 * share:.1f} %"

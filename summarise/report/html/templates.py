"""The templates and other files of the package, and what templates can call.

Does not know what is shown by which of them.
"""

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from summarise.backends.budget import dollars
from summarise.report.html import wording
from summarise.report.html.changes import changes
from summarise.report.html.escaping import finalized, titled
from summarise.report.plan import ceilings_told, cost_told, span
from summarise.report.text import key_fact_text
from summarise.report.wording import acceptance, findings_told, one_line, reason, weakness

if TYPE_CHECKING:
    from jinja2 import Environment

PACKAGE = "summarise.report.html"
_BLANKS = re.compile(r"\s+")


@cache
def own(name: str, package: str = PACKAGE) -> str:
    """Return the text of a file of a package, without another name that of the evidence page."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def escaping(package: str) -> "Environment":
    """Return an environment for the templates of a package: all output is escaped, and a name without a value raises.

    The filter `own` marks what comes from the program itself, and is not escaped.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader(package, "."),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["own"] = Markup
    return environment


@cache
def environment() -> "Environment":
    """Return the environment of the evidence page's templates."""
    environment = escaping(PACKAGE)
    environment.filters.update(
        titled=titled,
        percent=wording.percent,
        told=wording.told,
        words=wording.words_of,
        outcome=wording.outcome,
        findings_told=findings_told,
        acceptance=acceptance,
        reason=reason,
        weakness=weakness,
        without_controls=one_line,
        whose=wording.whose,
        changes_to=changes,
        key_fact=key_fact_text,
        dollars=dollars,
        one_line=lambda text: " ".join(text.split()),
        blanks=lambda text: _BLANKS.sub(" ", text),
    )
    environment.globals.update(
        SYMBOLS=wording.SYMBOLS,
        MEANINGS=wording.MEANINGS,
        ACTIONS=wording.ACTIONS,
        span=span,
        cost_told=cost_told,
        ceilings_told=ceilings_told,
    )
    return environment

"""The page for people: one HTML file with its own style and script, and the policy that allows nothing else."""

from functools import cache
from importlib.resources import files

from summarise.report.html.escaping import source_hash
from summarise.report.html.templates import escaping

PACKAGE, EVIDENCE = "summarise.serving", "summarise.report.html"


@cache
def page_html() -> str:
    """Return the page; nothing in it depends on who asks."""
    template = escaping(PACKAGE).get_template("page.html.j2")
    return template.render(style=_own("page.css"), script=_own("page.js"))


def _own(name: str, package: str = PACKAGE) -> str:
    return files(package).joinpath(name).read_text(encoding="utf-8")


def _policy() -> str:
    # A frame whose text is given has the policy of its page, too: the evidence's style and script stand here.
    styles = " ".join(f"'{source_hash(_own('page.css', package))}'" for package in (PACKAGE, EVIDENCE))
    scripts = " ".join(f"'{source_hash(_own('page.js', package))}'" for package in (PACKAGE, EVIDENCE))
    return (
        f"default-src 'none'; style-src {styles}; script-src {scripts}; connect-src 'self'; img-src data:; "
        "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


PAGE_POLICY = _policy()

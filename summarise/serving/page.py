"""The page for people: one HTML file with its own style and script, and the policy that allows nothing else."""

from functools import cache

from summarise.report.html.escaping import source_hash
from summarise.report.html.templates import PACKAGE as EVIDENCE
from summarise.report.html.templates import escaping, own

PACKAGE = "summarise.serving"


@cache
def page_html() -> str:
    """Return the page; nothing in it depends on who asks."""
    template = escaping(PACKAGE).get_template("page.html.j2")
    return template.render(style=own("page.css", PACKAGE), script=own("page.js", PACKAGE))


def _policy() -> str:
    # A frame whose text is given has the policy of its page, too: the evidence's style and script stand here.
    styles = " ".join(f"'{source_hash(own('page.css', package))}'" for package in (PACKAGE, EVIDENCE))
    scripts = " ".join(f"'{source_hash(own('page.js', package))}'" for package in (PACKAGE, EVIDENCE))
    return (
        f"default-src 'none'; style-src {styles}; script-src {scripts}; connect-src 'self'; img-src data:; "
        "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


PAGE_POLICY = _policy()

"""The web page: HTML with inline style and script, and a policy that allows nothing else."""

from functools import cache

from summarise.report.html import wording
from summarise.report.html.layout import KINDS
from summarise.report.html.page import PACKAGE as EVIDENCE
from summarise.report.html.page import environment, escaping, own, source_hash

PACKAGE = "summarise.serving"


@cache
def page_html() -> str:
    """Return the page."""
    return (
        escaping(PACKAGE)
        .get_template("page.html.j2")
        .render(
            style=own("page.css", PACKAGE),
            script=own("page.js", PACKAGE),
            evidence_style=own("page.css"),
            evidence_script=own("page.js"),
            # The article template of the evidence page; the script fills in the text.
            article=environment().get_template("article.html.j2").render(blocks=list, kinds=KINDS),
            example_article=own("example_article.txt", PACKAGE),
            example_summary=own("example_summary.txt", PACKAGE),
            meanings=wording.MEANINGS,
            symbols=wording.SYMBOLS,
        )
    )


def _policy() -> str:
    styles = " ".join(f"'{source_hash(own('page.css', package))}'" for package in (PACKAGE, EVIDENCE))
    scripts = " ".join(f"'{source_hash(own('page.js', package))}'" for package in (PACKAGE, EVIDENCE))
    return (
        f"default-src 'none'; style-src {styles}; script-src {scripts}; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


PAGE_POLICY = _policy()

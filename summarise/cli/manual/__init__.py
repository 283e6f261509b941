"""The command's own help as a manual page and as a page of the documentation.

Says nothing of its own about an option: what `--help` shows is the one source.
"""

from summarise.cli.manual.pages import escaped, markdown_reference
from summarise.cli.manual.reading import Commands
from summarise.cli.manual.roff import manual_page

__all__ = ["Commands", "escaped", "manual_page", "markdown_reference"]

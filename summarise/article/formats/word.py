"""Word documents (docx), read by mammoth. Pictures are left out."""

import io
import zipfile

from summarise.article.formats.archive import Archive, text_at
from summarise.article.formats.detect import one_line
from summarise.article.formats.html import flow_of
from summarise.data import Article


def read_word(data: bytes, *, name: str) -> Article:
    """Return the text of a Word document, footnotes at its end; insertions are accepted, deletions left out."""
    import mammoth

    archive = Archive(data, name=name, called="a Word document")
    checked = _checked_parts(archive)
    try:
        html = mammoth.convert_to_html(checked, convert_image=mammoth.images.img_element(lambda _: {})).value
    except Exception as error:
        # It raises whatever a document that is built otherwise makes it stumble over.
        raise archive.damaged() from error
    flow = flow_of(html)
    core = archive.optional_xml("docProps/core.xml")
    text = "\n\n".join(flow.paragraphs)
    author = one_line(text_at(core, "creator"))
    return Article(
        text=text,
        title=one_line(text_at(core, "title")) or flow.heading,
        # Often that is whoever installed the program: it is believed where the text names it, too.
        author=author if author and author in text else None,
    )


def _checked_parts(archive: Archive) -> io.BytesIO:
    """Return a copy of the archive that holds its XML alone, each part within the limits.

    mammoth finds the parts by links, so that any part may be the main one.
    """
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w") as parts:
        for member in sorted(archive.members):
            if member.endswith((".xml", ".rels")):
                parts.writestr(member, archive.checked_xml(member))
    copy.seek(0)
    return copy

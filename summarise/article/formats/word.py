"""Word documents (docx), read by mammoth without pictures."""

import io
import zipfile

from summarise.article.formats.archive import Archive, text_at
from summarise.article.formats.detect import one_line
from summarise.article.formats.html import flow_of
from summarise.data import Article


def read_word(data: bytes, *, name: str) -> Article:
    """Return the text of a Word document: footnotes at the end, insertions accepted, deletions left out."""
    import mammoth

    archive = Archive(data, name=name, called="a Word document")
    checked = _checked_parts(archive)
    try:
        html = mammoth.convert_to_html(checked, convert_image=mammoth.images.img_element(lambda _: {})).value
    except Exception as error:
        # mammoth raises errors of any type for malformed documents.
        raise archive.damaged() from error
    flow = flow_of(html)
    core = archive.optional_xml("docProps/core.xml")
    text = "\n\n".join(flow.paragraphs)
    author = one_line(text_at(core, "creator"))
    return Article(
        text=text,
        title=one_line(text_at(core, "title")) or flow.heading,
        # Often the program's owner: it must occur in the text, too.
        author=author if author and author in text else None,
    )


def _checked_parts(archive: Archive) -> io.BytesIO:
    """Copy the checked XML parts: mammoth follows links, so any part may be the main one."""
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w") as parts:
        for member in sorted(archive.members):
            if member.endswith((".xml", ".rels")):
                parts.writestr(member, archive.checked_xml(member))
    copy.seek(0)
    return copy

"""Documents → their text and metadata: PDF, Word, presentations, OpenDocument, EPUB, RTF, e-mail, Markdown.

    bytes ─► format (`formats.py`) ─► its reader (`reading.py`) ─► text, title, author, date, pages

Finds no sentences and judges nothing. A reader imports its library when it is called; PDF, Word and RTF need the extra
`documents`. Nothing is fetched, and no program inside a document is run.
"""

"""Documents as text and metadata: PDF, Word, presentations, OpenDocument, EPUB, RTF, e-mail, HTML, Markdown.

`detect` finds the format, `reading` its reader. A reader imports its library when it is called; PDF, Word and RTF need
the extra `documents`. Nothing is fetched, and no program inside a document is run.
"""

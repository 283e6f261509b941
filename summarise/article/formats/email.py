"""E-mails (eml): the text with subject, sender and date, without attachments."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

from summarise.article.formats.detect import one_line
from summarise.article.formats.html import flow_of
from summarise.article.text import is_encoding
from summarise.data import Article
from summarise.errors import ArticleError

LONGEST_HEADER = 2000  # characters; parsing a header takes quadratic time
_NEW_LINE = re.compile(rb"\r\n?")
_LONG_HEADER = re.compile(
    rb"^(?:subject|from|date|content-[a-z-]++):(?:[^\n]|\n[ \t]){%d}" % LONGEST_HEADER, re.IGNORECASE | re.MULTILINE
)
_LONG_HEADER_OF_PART = re.compile(
    rb"^content-(?:type|disposition|transfer-encoding):(?:[^\n]|\n[ \t]){%d}" % LONGEST_HEADER,
    re.IGNORECASE | re.MULTILINE,
)


def read_letter(data: bytes, *, name: str) -> Article:
    """Return the plain text of an e-mail, else its HTML."""
    try:
        message = _parsed(data)
        text = _text_of(message)
    except Exception as error:
        # `email` raises errors of any type for broken headers, RecursionError for nested parts.
        raise ArticleError(f"{name} is a damaged e-mail: save the letter's text as plain text") from error
    if not message.keys():
        raise ArticleError(f"{name} is not an e-mail, since it has no headers: save it again, or as plain text")
    return Article(
        text=text.replace("\0", ""),
        title=one_line(_header(message, "subject")),
        author=one_line(parseaddr(_header(message, "from"))[0]),
        date=_day(message),
    )


def _parsed(data: bytes) -> EmailMessage:
    data = _NEW_LINE.sub(b"\n", data)
    head, _, body = data.partition(b"\n\n")
    if _LONG_HEADER.search(head) or _LONG_HEADER_OF_PART.search(body):
        raise ValueError("a header that is too long")
    return message_from_bytes(data, policy=policy.default)


def _text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    if not is_encoding(body.get_content_charset("us-ascii")):
        raise LookupError("an encoding that is none")
    content: str = body.get_content()
    return "\n\n".join(flow_of(content).paragraphs) if body.get_content_type() == "text/html" else content


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name) or "")
    except Exception:
        # `email` fails on some broken headers.
        return ""


def _day(message: EmailMessage) -> str | None:
    try:
        return str(message["date"].datetime.date())
    except Exception:
        return None

"""E-mails (eml) → the text of the letter, with subject, sender and date. Attachments are left out."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

from summarise.article.documents.html_text import flow_of
from summarise.article.documents.metadata import one_line
from summarise.data import Article
from summarise.errors import ArticleError


def read_letter(data: bytes, *, name: str) -> Article:
    """Return the plain text of an e-mail, else its HTML; ArticleError where it has neither, or no header at all."""
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    if not message.keys():
        raise ArticleError(f"{name} is no e-mail, for it has no headers: save the letter anew, or as plain text")
    try:
        body = message.get_body(("plain", "html"))
        content = body.get_content() if body is not None else ""
    except (LookupError, ValueError, AttributeError, KeyError) as error:
        raise ArticleError(f"{name} is a damaged e-mail: save the letter's text as plain text") from error
    if body is not None and body.get_content_type() == "text/html":
        content = "\n\n".join(flow_of(content).paragraphs)
    return Article(
        text=content.replace("\0", ""),
        title=one_line(_header(message, "subject")),
        author=one_line(parseaddr(_header(message, "from"))[0]),
        date=_day(message),
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name) or "")
    except (ValueError, IndexError, AttributeError):
        # The parser of headers stumbles over some that are broken.
        return ""


def _day(message: EmailMessage) -> str | None:
    try:
        return str(message["date"].datetime.date())
    except (AttributeError, ValueError, TypeError, IndexError):
        return None

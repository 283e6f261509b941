"""What a page or a document says of itself: title, author, date."""


def one_line(value: object) -> str | None:
    """Return metadata on one line; None where nothing is left."""
    return " ".join(str(value).split()) or None if value else None

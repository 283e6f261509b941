"""Where a text ends to be TOML, in words of ours: what the library says of it may hold a part of the text."""


def toml_place(error: ValueError | RecursionError) -> str:
    """Return the place that `tomllib` tells in its error, such as "line 2, column 7", else what must be wrong."""
    if isinstance(error, RecursionError):
        return "its nesting"
    _, found, place = str(error).rpartition("(at ")
    # It tells no place where a number has more digits than Python reads.
    return place.removesuffix(")") if found else "its numbers"

"""One thing to work on: an article, with its summary where that is to be checked, under an id."""

import hashlib
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from summarise.article import MAX_CHARACTERS
from summarise.article.files import most_bytes
from summarise.data import Article, Source, Summary, Url
from summarise.errors import machine_error


@dataclass(frozen=True, slots=True)
class Item:
    """An article to summarise, or one with the `summary` to check; `problem` says why a row of a table is neither.

    `content` is the SHA-256 of what there is to read: of an address only the address, since nothing is fetched for it.
    """

    id: str
    source: Source | None = None
    summary: str | Summary | None = None
    problem: str | None = None
    content: str = ""


def item_of(
    item_id: str,
    source: Source,
    summary: str | Summary | None = None,
    *,
    max_characters: int = MAX_CHARACTERS,
) -> Item:
    """Return an item with the hash of its content. A file is read for that, as far as an article may be long.

    A pipe or a device is an item with a problem: reading it might never end. Raises MachineError if the machine, and
    not the file, is the reason why it cannot be read.
    """
    if isinstance(source, Path) and is_special(source):
        return bad_item(item_id, f"{source} is not a regular file", str(source).encode(*UTF_8))
    parts = [
        *_content_of(source, most_bytes(max_characters)),
        *(() if summary is None else (b"summary", _text_of(summary).encode(*UTF_8))),
    ]
    return Item(printable(item_id), source, summary, content=content_hash(parts))


def bad_item(item_id: str, problem: str, row: bytes) -> Item:
    """Return an item for a row that cannot be used."""
    return Item(printable(item_id), problem=printable(problem), content=content_hash([b"bad", row]))


UTF_8 = ("utf-8", "surrogatepass")


def content_hash(parts: Iterable[bytes]) -> str:
    """Return the SHA-256 of some parts, each with its length, so that no two lists have one hash."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def with_own_ids(items: Iterable[Item]) -> Iterator[Item]:
    """Yield items with an id of their own each: the second of an id gets "#2" behind it, or a larger free number."""
    seen: dict[bytes, int] = {}
    for item in items:
        first, own = id_key(item.id), item.id
        while (key := id_key(own)) in seen:
            seen[first] += 1
            own = f"{item.id}#{seen[first]}"
        seen[key] = 1
        yield item if own == item.id else replace(item, id=own)


def id_key(item_id: str) -> bytes:
    """Return an id in 16 bytes, for indexes of many."""
    return hashlib.blake2b(item_id.encode(*UTF_8), digest_size=16).digest()


def printable(text: str) -> str:
    """Return a text that JSON and UTF-8 can hold: names of files may have bytes that are no UTF-8."""
    return text.encode("utf-8", "replace").decode()


def is_special(path: Path) -> bool:
    """Return whether a path leads to a pipe, a device or a socket."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _content_of(source: Source, most: int) -> tuple[bytes, bytes]:
    if isinstance(source, Path):
        try:
            if source.stat().st_size > most:
                return b"too large", source.stat().st_size.to_bytes(8, "big")
            with source.open("rb") as file:
                return b"bytes", hashlib.file_digest(file, "sha256").digest()
        except (OSError, ValueError) as error:
            if (lacking := machine_error(error)) is not None:
                raise lacking from error
            # Whoever reads it tells what is wrong; a file that can be read later has another hash.
            return b"unreadable", f"{source}: {getattr(error, 'errno', None)}".encode(*UTF_8)
    if isinstance(source, Url):
        return b"address", source.address.encode(*UTF_8)
    if isinstance(source, Article):
        return b"article", source.model_dump_json(exclude={"sentences"}).encode(*UTF_8)
    return b"text", source.encode(*UTF_8)


def _text_of(summary: str | Summary) -> str:
    return summary.prose if isinstance(summary, Summary) else summary

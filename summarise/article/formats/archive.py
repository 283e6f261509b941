"""Reads zip archives and XML with limits on size and depth."""

import io
import zipfile
from collections.abc import Iterable
from xml.etree import ElementTree as ET
from xml.parsers import expat

from summarise.errors import ArticleError

MAX_MEMBERS = 20_000
MAX_UNPACKED = 400 * 2**20  # bytes of all members, by their declared sizes
MAX_READ = 64 * 2**20  # unpacked bytes of all members that are read
MAX_DEPTH = 200  # levels of XML elements; the readers are recursive
PIECE = 1 << 20  # bytes that are unpacked at once
ENCRYPTED = 1  # bit of a member's flags (APPNOTE 4.4.4)
_DIRECTORY_ENTRY = b"PK\x01\x02"
# Python unpacks other compression methods without a limit, and no format allows them.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class TooManyMembersError(ValueError):
    """A zip archive has too many members."""


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Open a zip archive. Raises TooManyMembersError."""
    if data.count(_DIRECTORY_ENTRY) > MAX_MEMBERS:
        raise TooManyMembersError
    return zipfile.ZipFile(io.BytesIO(data))


def read_member(archive: zipfile.ZipFile, member: str) -> bytes:
    """Return the content of a member. Raises NotImplementedError for an unusual compression method."""
    info = archive.getinfo(member)
    if info.compress_type not in _METHODS:
        raise NotImplementedError(f"compression method {info.compress_type}")
    pieces = []
    with archive.open(info) as file:
        while piece := file.read(PIECE):
            pieces.append(piece)
    return b"".join(pieces)


class Archive:
    """A document in a zip archive. Error messages call the file `name` and its format `called`.

    Raises ArticleError if the archive is damaged, needs a password or exceeds the limits.
    """

    def __init__(self, data: bytes, *, name: str, called: str) -> None:
        self._name, self._called = name, called
        try:
            self._archive = open_archive(data)
            members = self._archive.infolist()
        except TooManyMembersError as error:
            raise self._too_large() from error
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise self.damaged() from error
        if any(member.flag_bits & ENCRYPTED for member in members):
            raise ArticleError(f"{name} needs a password: open it, and save a copy without a password")
        if sum(member.file_size for member in members) > MAX_UNPACKED:
            raise self._too_large()
        self._sizes = {member.filename: member.file_size for member in members}
        self._remaining = MAX_READ
        self.members = frozenset(self._sizes)

    def damaged(self) -> ArticleError:
        """Return the error for a damaged document."""
        return ArticleError(f"{self._name} is damaged and cannot be read as {self._called}: save it again")

    def read(self, member: str) -> bytes:
        """Return the content of a member. Raises ArticleError if more than MAX_READ bytes are read in all."""
        self._remaining -= self._sizes.get(member, 0)
        if self._remaining < 0:
            raise ArticleError(f"{self._name} unpacks to more than {MAX_READ >> 20} MiB: save only its text")
        try:
            return read_member(self._archive, member)
        except Exception as error:
            # Decompressors raise errors of their own.
            raise self.damaged() from error

    def xml(self, member: str) -> ET.Element:
        """Parse a member and return its root. Raises ArticleError for a DOCTYPE with declarations, or deep nesting."""
        return self._parsed(self.read(member))

    def checked_xml(self, member: str) -> bytes:
        """Return the bytes of an XML member that passes the checks of `xml`, for another parser."""
        data = self.read(member)
        self._parsed(data)
        return data

    def _parsed(self, data: bytes) -> ET.Element:
        try:
            if _declares(data):
                raise self.damaged()
            root = ET.fromstring(data)  # noqa: S314
        except (ET.ParseError, expat.ExpatError, LookupError, ValueError) as error:
            raise self.damaged() from error
        if not _is_shallow(root):
            raise ArticleError(f"{self._name} nests elements more than {MAX_DEPTH} deep: save only its text")
        return root

    def optional_xml(self, member: str) -> ET.Element | None:
        """Like `xml`, but return None if the member is missing."""
        return self.xml(member) if member in self.members else None

    def _too_large(self) -> ArticleError:
        return ArticleError(
            f"{self._name} unpacks to more than {MAX_UNPACKED >> 20} MiB or {MAX_MEMBERS:,} files: save only its text"
        )


def _declares(data: bytes) -> bool:
    """Return whether the DOCTYPE declares anything. Entities that it declares could expand to gigabytes."""
    subsets: list[int] = []
    elements: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *doctype: subsets.append(doctype[3])
    parser.StartElementHandler = lambda name, _: elements.append(name)
    for start in range(0, len(data), 4096):
        parser.Parse(data[start : start + 4096])
        if subsets or elements:
            break
    return any(subsets)


def _is_shallow(root: ET.Element) -> bool:
    level: Iterable[ET.Element] = [root]
    for _ in range(MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return True
    return False


def local_name(tag: object) -> str:
    """Return a tag without its namespace: "p" for "{…}p"."""
    return str(tag).rpartition("}")[2]


def text_at(root: ET.Element | None, name: str) -> str | None:
    """Return the text of the first element called `name` (without namespace) that has text."""
    if root is None:
        return None
    texts = (element.text for element in root.iter() if local_name(element.tag) == name)
    return next((text for text in texts if text and text.strip()), None)

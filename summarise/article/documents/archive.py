"""Zip archives, as which most documents come, and the XML in them: read within limits, with an error in one line.

Writes nothing to the disk, and resolves no entity of XML.
"""

import io
import zipfile
from xml.etree import ElementTree as ET

from summarise.errors import ArticleError

MAX_MEMBERS = 20_000
MAX_UNPACKED = 400 * 2**20
"""Bytes that all members come to, unpacked, pictures included."""
MAX_MEMBER = 64 * 2**20
"""Bytes of one member that is read."""
ENCRYPTED = 1
"""The bit of a member's flags that says so (APPNOTE 4.4.4)."""


class Archive:
    """The members of a document in a zip archive, which messages call `name` and by its format `called`.

    ArticleError where it is damaged, needs a password, or unpacks to more than the limits.
    """

    def __init__(self, data: bytes, *, name: str, called: str) -> None:
        self._name, self._called = name, called
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            members = self._archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise self.damaged() from error
        if any(member.flag_bits & ENCRYPTED for member in members):
            raise ArticleError(f"{name} needs a password: open it with that, and save it without one")
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
            raise ArticleError(
                f"{name} unpacks to more than {MAX_UNPACKED >> 20} MiB or {MAX_MEMBERS:,} files: save its text alone"
            )
        self._sizes = {member.filename: member.file_size for member in members}
        self.members = frozenset(self._sizes)

    def damaged(self) -> ArticleError:
        """Return the error for a document that is not built as its format wants it."""
        return ArticleError(f"{self._name} is damaged and cannot be read as {self._called}: save it anew")

    def read(self, member: str) -> bytes:
        """Return a member, unpacked."""
        if self._sizes.get(member, 0) > MAX_MEMBER:
            raise ArticleError(f"{self._name} unpacks to more than {MAX_MEMBER >> 20} MiB: save its text alone")
        try:
            return self._archive.read(member)
        except Exception as error:
            # A decompressor raises errors of its own for what is broken.
            raise self.damaged() from error

    def xml(self, member: str) -> ET.Element:
        """Return the root of a member that is XML; one that declares entities is taken for damaged."""
        data = self.read(member)
        # Entities that hold each other would unpack to gigabytes; no format needs one. Without NULs UTF-16 is caught.
        if b"<!ENTITY" in data.replace(b"\0", b""):
            raise self.damaged()
        try:
            return ET.fromstring(data)  # noqa: S314
        except ET.ParseError as error:
            raise self.damaged() from error

    def optional_xml(self, member: str) -> ET.Element | None:
        """Return the root of a member, None where there is no such member."""
        return self.xml(member) if member in self.members else None


def local(tag: object) -> str:
    """Return the name of an element without its namespace."""
    return str(tag).rpartition("}")[2]


def text_at(root: ET.Element | None, name: str) -> str | None:
    """Return the text of the first element of that local name, None where there is none."""
    if root is None:
        return None
    return next((one.text for one in root.iter() if local(one.tag) == name and one.text and one.text.strip()), None)

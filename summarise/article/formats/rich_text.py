"""RTF documents, read in one pass without pictures, footnotes, headers and footers."""

import re
from dataclasses import dataclass, field, replace

from summarise.article.formats.detect import one_line
from summarise.article.text import is_encoding
from summarise.data import Article

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})?+ ?|\\'(?P<code>[0-9a-fA-F]{2})|\\(?P<sign>.)"
    r"|(?P<brace>[{}])|[\r\n]++|(?P<text>[^\\{}\r\n]++)|\\",
    re.DOTALL,
)
_TITLE = re.compile(r"\{\\title ([^{}]{1,500})\}")
# Groups without story text, in addition to those marked with an asterisk.
_LEFT_OUT = frozenset(
    "annotation atnauthor atnid author bkmkend bkmkstart colortbl comment company datafield doccomm filetbl fldinst "
    "fonttbl footer footerf footerl footerr footnote ftncn ftnsep ftnsepc generator header headerf headerl headerr "
    "hlinkbase info keywords list listtable manager nonesttables nonshppict objdata object operator pict pn pntext "
    "pntxta pntxtb private revtbl rxe shprslt stylesheet subject tc tcn template title txe xe xmlnstbl".split()
)
_CHARACTERS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "nestrow": "\n", "tab": "\t", "cell": " | ",
    "nestcell": " | ", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ", "qmspace": " ", "bullet": "•",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
}  # fmt: skip
_SIGNS = {"~": "\xa0", "-": "\xad", "_": "\u2011", "{": "{", "}": "}", "\\": "\\", "\n": "\n", "\r": "\n"}
# Code pages by font charset; other fonts use the document's.
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "cp936", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
    254: "cp437", 255: "cp850",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Group:
    """The state that a group inherits; after a Unicode character, `unicode_skip` others repeat it."""

    left_out: bool = False
    fonts: bool = False
    font: int | None = None
    unicode_skip: int = 1


@dataclass
class _Reader:
    group: _Group = field(default_factory=_Group)
    _outer: list[_Group] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _codes: bytearray = field(default_factory=bytearray)
    _encoding: str = "cp1252"
    _encodings: dict[int | None, str] = field(default_factory=dict)
    _default_font: int | None = None
    _to_skip: int = 0

    def read(self, source: str) -> str:
        """Return the text of the first outermost group."""
        position = 0
        while (token := _TOKEN.match(source, position)) is not None:
            position = token.end()
            if (text := token["text"]) is not None:
                self._add(text.encode("latin-1"))
            elif (code := token["code"]) is not None:
                self._add(bytes.fromhex(code))
            elif (sign := token["sign"]) is not None:
                self._sign(sign)
            elif (word := token["word"]) is not None:
                number = int(token["number"]) if token["number"] else None
                self._word(word, number)
                position += max(0, number or 0) if word == "bin" else 0
            elif token["brace"] == "{":
                self._flush()
                self._outer.append(self.group)
            elif token["brace"]:
                self._flush()
                if not self._outer:
                    break
                self.group = self._outer.pop()
                if not self._outer:
                    break
        self._flush()
        # RTF writes characters above U+FFFF as surrogate pairs.
        return "".join(self._text).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _add(self, codes: bytes) -> None:
        skipped = min(self._to_skip, len(codes))
        self._to_skip -= skipped
        if not self.group.left_out:
            self._codes += codes[skipped:]

    def _flush(self) -> None:
        """Decode the pending bytes together: two of them may be one character."""
        self._to_skip = 0
        if self._codes:
            encoding = self._encodings.get(self.group.font, self._encoding)
            self._text.append(self._codes.decode(encoding, "replace"))
            self._codes.clear()

    def _sign(self, sign: str) -> None:
        self._flush()
        if sign == "*":
            self.group = replace(self.group, left_out=True)
        elif not self.group.left_out:
            self._text.append(_SIGNS.get(sign, ""))

    def _word(self, word: str, number: int | None) -> None:
        self._flush()
        group = self.group
        if word in _LEFT_OUT:
            self.group = replace(group, left_out=True, fonts=word == "fonttbl")
        elif word == "ansicpg":
            self._encoding = f"cp{number}" if is_encoding(f"cp{number}") else "utf-8"
        elif word == "deff":
            self._default_font = number
        elif word == "f":
            self.group = replace(group, font=number)
        elif word == "plain":
            self.group = replace(group, font=self._default_font)
        elif word == "fcharset" and group.fonts and number in _CHARSETS:
            self._encodings[group.font] = _CHARSETS[number]
        elif word == "uc":
            self.group = replace(group, unicode_skip=max(0, number or 0))
        elif not group.left_out and word == "u":
            self._text.append(chr(number & 0xFFFF) if number is not None else "")
            self._to_skip = group.unicode_skip
        elif not group.left_out:
            self._text.append(_CHARACTERS.get(word, ""))


def read_rich_text(data: bytes, *, name: str) -> Article:  # noqa: ARG001
    """Return the text of an RTF document; each line and each table row is a paragraph."""
    source = data.decode("latin-1")
    title = _TITLE.search(source)
    lines = (" ".join(line.split()).strip("| ") for line in _Reader().read(source).replace("\0", "").splitlines())
    return Article(
        text="\n\n".join(line for line in lines if line),
        title=one_line(_Reader().read(f"{{{title[1]}}}")) if title else None,
    )

"""Citations in a text, "[1, 3]", "[^2]", "(Source: name)", "¹" or a Markdown link, and the sources that they name."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from summarise.data import Quote, SourceSpan, Span

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
# Possessive and bounded quantifiers: a search takes linear time on any text.
_ITEM = r"[\w.:-]{1,40}+"
_ITEMS = rf"{_ITEM}(?:\s{{0,3}}+[,;–]\s{{0,3}}+{_ITEM}){{0,99}}+"
_BRACKETED = rf"\[\^?{_ITEMS}\]"
_RAISED = "[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}+"
_MARK = re.compile(
    rf"""
    !?\[(?P<label>(?:[^\[\]\n]|\[[^\[\]\n]{{0,40}}+\]){{0,200}}+)\]
        \((?P<address>[^\s()]{{1,2000}}+(?:\([^\s()]{{0,200}}+\)[^\s()]{{0,200}}+){{0,5}}+)(?:\s{{1,3}}+"[^"\n]{{0,300}}+")?\)
    | <sup>\s{{0,3}}+\[?(?P<sup>{_ITEMS})\]?\s{{0,3}}+</sup>
    | \((?P<several>\s{{0,3}}+{_BRACKETED}(?:\s{{0,3}}+[,;]?\s{{0,3}}+{_BRACKETED}){{0,99}}+\s{{0,3}}+)\)
    | \[\^(?P<footnote>{_ITEM})\]
    | \[(?P<numbers>{_ITEMS})\]
    | \[(?P<name>[^\[\]\n]{{1,200}}+)\]
    | \(\s{{0,3}}+sources?\s{{0,3}}+:\s{{0,3}}+(?P<named>[^()\n]{{1,200}}+)\)
    | (?:(?<=[^\W\d_]{{3}})|(?<=[.,;:!?”"’)\]]))(?P<raised>{_RAISED}(?:[⁻,˒ ]{_RAISED}){{0,20}}+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Fenced code, to the end of the text if it is not closed, and code spans of one or two backticks in one paragraph.
_CODE = re.compile(
    r"""
    ^[ \t]{0,40}+(?P<fence>`{3,}+|~{3,}+)[^`\n]*+\n
        (?P<block>(?:(?![ \t]{0,40}+(?P=fence))(?:[^\n]*+\n|[^\n]++\Z))*+)(?:[ \t]{0,40}+(?P=fence)[^\n]*+)?+
    | (?<!`)`(?!`)(?P<code>(?:[^`\n]|\n(?![ \t\r]{0,40}+\n)){1,500}+)`(?!`)
    | (?<!`)``(?!`)(?P<ticks>(?:[^`\n]|`(?!`)|\n(?![ \t\r]{0,40}+\n)){1,500}+)``(?!`)
    """,
    re.VERBOSE | re.MULTILINE,
)
_NUMBER = re.compile(r"[1-9]\d{0,2}")
# A line that says which source a number is: "[1]: https://…", "[2] Title, https://…", "[3]: harbour.txt".
_DEFINITION = re.compile(
    rf"^[ \t]*(?:[-*][ \t]+)?\[\^?(?P<id>{_ITEM})\](?P<colon>:?)[ \t]+(?P<rest>\S[^\n]*)$", re.MULTILINE
)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_HEADING = re.compile(
    r"^[ \t]*(?:#+[ \t]*|\*\*)?(?:sources|references|citations)(?:\*\*)?:?(?:\*\*)?[ \t]*$", re.I | re.M
)
_RANGE = re.compile(r"(\d{1,3})\s*[–-]\s*(\d{1,3})")
_LONGEST_RANGE = 100
_WORD_CHARACTER = re.compile(r"\w")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


@dataclass(frozen=True)
class Mark:
    """A citation mark, and the sources that it names: ids of known sources, else the words of the mark.

    `position` is where the mark was taken out of the text, `quote` its place in the text, without
    invisible characters.
    """

    position: int
    quote: Quote
    sources: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class CitedText:
    """A text without its citation marks, and the marks in order."""

    text: str
    marks: tuple[Mark, ...]

    def of(self, sentences: Sequence[Span]) -> list[list[Mark]]:
        """Return the marks of each sentence of `text`.

        A mark after a sentence belongs to it; one that opens a paragraph belongs to the sentence that follows.
        """
        found: list[list[Mark]] = [[] for _ in sentences]
        starts = [one.start for one in sentences]
        for mark in self.marks if sentences else ():
            index = max(0, bisect_left(starts, mark.position) - 1)
            follows = index + 1 < len(sentences) and sentences[index].end <= mark.position
            if follows and _BLANK_LINE.search(self.text, sentences[index].end, mark.position):
                index += 1
            found[index].append(mark)
        return found


class SourceNames:
    """The names by which a text may cite each source: number, id, file name, title, address."""

    def __init__(self, sources: Sequence[SourceSpan]) -> None:
        self._ids: dict[str, str | None] = {}
        self._has_addresses = any(source.url for source in sources)
        # Ids take precedence over numbers, and both over other names. A name shared by two sources is ignored.
        for names in (
            [(source.id, source.id) for source in sources],
            [(str(number), source.id) for number, source in enumerate(sources, 1)],
            [(name, source.id) for source in sources for name in _names_of(source)],
        ):
            shared: dict[str, set[str]] = defaultdict(set)
            for name, source_id in names:
                shared[_key(name)].add(source_id)
            for key, owners in shared.items():
                self._ids.setdefault(key, owners.pop() if len(owners) == 1 else None)

    def find(self, name: str) -> str | None:
        """Return the id of a source, or None."""
        return self._ids.get(_key(name)) or self._ids.get(_key(address_key(name) or ""))

    def define(self, name: str, text: str, *, listed: bool) -> bool:
        """Let `name` be the source whose address or name a line states. Returns whether the line states one.

        A line without an address does so only if it is `listed` under a heading or has a colon. An address that is no
        source's makes the name unknown, if any source has an address.
        """
        addresses = _ADDRESS.findall(text)
        source = next(filter(None, map(self.find, addresses)), None)
        if source is None and not addresses and listed:
            source = self.find(text.strip().rstrip("."))
        if source or (addresses and self._has_addresses):
            self._ids[_key(name)] = source
        return bool(source or addresses)


def _names_of(source: SourceSpan) -> Iterator[str]:
    stem = source.name.rpartition(".")[0] if source.name else None
    yield from filter(None, (source.name, stem, source.title, address_key(source.url)))


@dataclass(frozen=True)
class _Cut:
    """A part of the text that is left out or replaced, with the names that it cites."""

    start: int
    end: int
    text: str = ""
    cited: tuple[str, ...] = ()


def read_citations(text: str, sources: Sequence[SourceSpan]) -> CitedText:
    """Take the citation marks out of a text.

    A number in brackets is a citation; a word in brackets or a raised number only if a source has that name. A Markdown
    link is one if its address is that of a source, or its words are a number; other links keep their words. Lines that
    only say which source a number is ("[1]: https://…") are left out. Code keeps its words, without backticks and
    fences.
    """
    names = SourceNames(sources)
    code = list(_CODE.finditer(text))
    prose = _CODE.sub(lambda match: "x" * len(match[0]), text)
    headings = [match.end() for match in _HEADING.finditer(prose)]
    cuts = [
        _Cut(*match.span())
        for match in _DEFINITION.finditer(prose)
        if names.define(
            match["id"], match["rest"], listed=bool(match["colon"] or (headings and headings[0] < match.start()))
        )
    ]
    if cuts:
        cuts += [_Cut(*match.span()) for match in _HEADING.finditer(prose)]
    cuts += filter(None, (_cut(match, names, text) for match in _MARK.finditer(prose)))
    cuts += [_Cut(*match.span(), text=match["code"] or match["ticks"] or f"\n{match['block']}") for match in code]
    parts: list[str] = []
    marks: list[Mark] = []
    position = length = 0
    for cut in sorted(cuts, key=lambda cut: cut.start):
        if cut.start < position:
            continue
        before, position = text[position : cut.start], cut.end
        if not cut.text and not _WORD_CHARACTER.match(text, position):
            before = before.rstrip(" \t")
        parts += [before, cut.text]
        length += len(before) + len(cut.text)
        if cut.cited:
            known = [names.find(name) for name in cut.cited]
            marks.append(
                Mark(
                    position=length,
                    quote=Quote(start=cut.start, end=cut.end, text=text[cut.start : cut.end]),
                    sources=tuple(dict.fromkeys(filter(None, known))),
                    missing=tuple(name for name, source in zip(cut.cited, known, strict=True) if not source),
                )
            )
    parts.append(text[position:])
    return CitedText("".join(parts), tuple(marks))


def _cut(match: re.Match[str], names: SourceNames, text: str) -> _Cut | None:
    start, end = match.span()
    if match["address"]:
        label, address = text[slice(*match.span("label"))], match["address"]
        numbered = _NUMBER.fullmatch(label.strip("[]^ ")) is not None
        cited = (address,) if numbered or names.find(address) else ()
        return _Cut(start, end, "" if numbered or match[0].startswith("!") else label, cited)
    if match["several"]:
        inside = [item for part in re.findall(r"\[\^?([^\[\]]*+)\]", match["several"]) for item in _items(part)]
        return _Cut(start, end, cited=tuple(inside)) if _are_sources(inside, names) else None
    if match["footnote"]:
        return _Cut(start, end, cited=(match["footnote"],))
    if match["named"]:
        return _Cut(start, end, cited=tuple(_names_in(match["named"], names)))
    if marked := match["numbers"] or match["sup"]:
        listed = list(_items(marked))
        return _Cut(start, end, cited=tuple(listed)) if _are_sources(listed, names) else None
    if match["name"]:
        return _Cut(start, end, cited=(match["name"],)) if names.find(match["name"]) else None
    items = tuple(_items(match["raised"].translate(_SUPERSCRIPTS).replace("⁻", "-").replace("˒", ",")))
    return _Cut(start, end, cited=items) if all(map(names.find, items)) else None


def _are_sources(items: Sequence[str], names: SourceNames) -> bool:
    return all(_NUMBER.fullmatch(item) or names.find(item) for item in items)


def _items(text: str) -> Iterator[str]:
    """Yield the ids in "1, 3-5"."""
    for item in re.split(r"[,;\s]+(?![–-])|(?<=\S)[,;]", text.strip()):
        item = item.strip()
        between = _RANGE.fullmatch(item)
        if between and 0 < int(between[2]) - int(between[1]) <= _LONGEST_RANGE:
            yield from map(str, range(int(between[1]), int(between[2]) + 1))
        elif item:
            yield item


def _names_in(text: str, names: SourceNames) -> Iterator[str]:
    """Yield the names in "Harbour Post; Coast News": a name may itself contain a comma."""
    for part in text.split(";"):
        pieces = [piece.strip() for piece in part.split(",")]
        if names.find(part) or not all(map(names.find, pieces)):
            yield part.strip()
        else:
            yield from pieces


def address_key(address: str | None) -> str | None:
    """Return what identifies an address: host without "www." and path, or None if it is not an address."""
    parts = urlsplit(address.strip()) if address else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return f"{parts.hostname.removeprefix('www.')}{parts.path.rstrip('/')}{'?' + parts.query if parts.query else ''}"


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


_MARKUP = re.compile(
    r"^[ \t]*(?:#{1,6}|[-*+>]|\d{1,3}\.)[ \t]+|^[ \t]*+\|?+(?:[ \t]*+:?+-++:?+[ \t]*+\|?+)++$|\*\*|__", re.MULTILINE
)


def without_markup(text: str) -> str:
    """Return Markdown without code blocks, rules, and marks of headings, lists, quotations, tables and emphasis.

    Citations, links, code in backticks and line breaks stay.
    """
    prose = _CODE.sub(lambda match: "\n" * match[0].count("\n") if match["fence"] else match[0], text)
    return _MARKUP.sub("", prose)

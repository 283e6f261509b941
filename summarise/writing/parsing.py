"""Parse the answers of a model: the requested JSON, malformed JSON, or plain lines."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, cast, get_args

from summarise.article.sentences import CLOSERS, split_sentences, words
from summarise.data import MinutesItem, Span
from summarise.data.plans import ItemKind
from summarise.facts.salience import balanced

_THOUGHTS = "think|thinking|thought|reasoning|scratchpad|reflection"
# Reasoning may lack its opening tag (some servers keep it in the prompt), or its closing tag (if it is cut off).
_THOUGHT = re.compile(rf"<({_THOUGHTS})\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.I | re.S)
_THOUGHT_END = re.compile(rf"\A.*</(?:{_THOUGHTS})\s*>", re.I | re.S)
_CHANNEL = re.compile(
    r"<\|channel\|>\s*(?:analysis|commentary)\b.*?(?:<\|end\|>|(?=<\|start\|>|<\|channel\|>\s*final)|\Z)", re.S
)
# Text that the model writes as the user or the system, after its own turn.
_OTHER_TURN = re.compile(
    r"(?:<\|im_start\|>|<\|start_header_id\|>|<start_of_turn>|<\|start\|>|<\|(?=user\|>|system\|>))\s*(?:user|system)\b"
    r".*?(?=(?:<\|im_start\|>|<\|start_header_id\|>|<start_of_turn>|<\|start\|>|<\|)\s*(?:assistant|model)\b|\Z)",
    re.S,
)
_OWN_TURN = re.compile(
    r"(?:<\|im_start\|>|<\|start_header_id\|>|<start_of_turn>|<\|start\|>)\s*(?:assistant|model)\b"
    r"(?:\s*<\|channel\|>\s*final\b)?"
)
_TOKEN = re.compile(
    r"<[|｜][^|｜<>\n]{1,40}[|｜]>"
    r"|<(?:s|/s|bos|eos|pad|unk|mask|sep|cls|start_of_turn|end_of_turn|extra_id_\d+|0x[0-9A-F]{2})>"
    r"|\[/?(?:INST|SYS|PAD|CLS|SEP|UNK|MASK|BOS|EOS|AVAILABLE_TOOLS|TOOL_CALLS)\]"
    r"|<</?SYS>>"
)
_BLOCKS = "br|p|div|li|ul|ol|h[1-6]|hr|tr|table|blockquote|article|section|pre|summary|sentence|sentences|answer|output"
_INLINES = "b|i|em|strong|u|span|a|sup|sub|small|mark|code|q|cite|td|th|tbody|thead|font|text|title|response|result"
_BREAK = re.compile(rf"</?(?:{_BLOCKS})(?:\s[^<>]{{0,200}})?/?>", re.I)
_TAG = re.compile(rf"</?(?:{_INLINES})(?:\s[^<>]{{0,200}})?/?>|<!--.*?(?:-->|\Z)", re.I | re.S)
# Maximum passes: removing a token can create another one ("<<s>/s>").
ROUNDS = 8


def unmarked(text: str, source: str) -> tuple[str, tuple[str, ...]]:
    """Remove special tokens, reasoning and mark-up that the source does not contain. Returns also the removed parts.

    Block tags become newlines, or spaces in JSON.
    """
    removed: list[str] = []
    gap = " " if text.lstrip().startswith(("{", "[{", '["')) else "\n"

    def remove(replacement: str, match: re.Match[str]) -> str:
        if match.group() in source:
            return match.group()
        removed.append(match.group())
        return replacement

    gaps = [(pattern, gap) for pattern in (_THOUGHT, _THOUGHT_END, _CHANNEL, _OTHER_TURN, _OWN_TURN)]
    for _ in range(ROUNDS):
        before = text
        for pattern, replacement in (*gaps, (_TOKEN, " "), (_BREAK, gap), (_TAG, "")):
            text = pattern.sub(partial(remove, replacement), text)
        if text == before:
            break
    return text, tuple(removed)


_CLOSERS = re.escape(CLOSERS)
_ENDED = re.compile(rf"[.!?…。！？｡][{_CLOSERS}]*$")
# A full stop after a digit, a letter or an abbreviation may not end the sentence: "The fee is 3.", "am 3.", "said Dr."
_OPEN_END = re.compile(
    r"(?:\b\d{1,2}|\b(?:\w|abs|al|art|betr|bros|bzw|ca|cf|ch|co|corp|dhr|dipl|dr|drs|etc|fig|gen|ggf|gov|hr|inc|ing|jr|lt|ltd"
    r"|mevr|mme|mr|mrs|ms|mt|no|nr|pp|prof|rep|rev|sen|sgt|sig|sr|sra|st|sta|str|uds?|univ|usw|vol|vs))\.$",
    re.IGNORECASE,
)
# Characters examined at the end of a text.
TAIL = 40


def split(text: str, *, torn: bool = False) -> list[str]:
    """Split a line into sentences. `torn`: whether the line was cut off at its end.

    A quotation of several sentences stays in one piece. If its end is missing, it is split, unless the line is torn.
    """
    sentences: list[str] = []
    start = 0
    ends = [sentence.end for sentence in split_sentences(text, [Span(start=0, end=len(text))] if text else [])]
    for end in ends:
        piece = text[start:end].strip()
        is_open = not balanced(piece) and (torn or balanced(text))
        if end == ends[-1] or (_ENDED.search(piece) and not _OPEN_END.search(piece[-TAIL:]) and not is_open):
            sentences.append(piece)
            start = end
    return sentences


def complete(text: str) -> bool:
    """Return whether the last sentence of a text is complete."""
    text = text.rstrip()
    return _ENDED.search(text) is not None and not _OPEN_END.search(text[-TAIL:]) and balanced(text)


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.?))", re.S)
_VALUE_BEGINS = r"(?:[\"'“{}\[\]]|-?\d|(?:true|false|null|True|False|None)\b)"
# A quotation mark closes a string only before punctuation of JSON: some models do not escape quotation marks.
_STRING_ENDS = rf"(?=\s*(?:\Z|[\]}}]|[,:]\s*(?:\Z|{_VALUE_BEGINS})))"
_JSON_TOKEN = re.compile(
    r"(?P<mark>[{}\[\],])|(?<![\w.+-])(?P<number>-?\d{1,9})(?![\w.+-])"
    r"|(?:(?P<double>\")|(?P<single>')|“)(?P<string>(?:\\.?|[^\\])*?)"
    rf"(?P<end>(?(double)\"|(?(single)'|”)){_STRING_ENDS}|\Z)",
    re.S,
)
_COLON = re.compile(r"\s*:")


@dataclass(frozen=True)
class Leaf:
    """A string or integer in JSON. `owner`: the number of the object that contains it. `whole`: False if cut off."""

    value: str | int
    key: str | None
    owner: int
    whole: bool = True


@dataclass
class _Open:
    """An opened bracket. Items of an array have the array's key and owner: in {"a": ["b"]}, "b" has the key "a"."""

    is_object: bool
    owner: int
    key: str | None


def leaves(text: str, start: int = 0) -> tuple[tuple[Leaf, ...], int]:
    """Return the strings and integers in the JSON that begins at `start`, and the offset of its end.

    Accepts single or curly quotes, unescaped quotes and newlines, extra commas, and a cut-off last value.
    """
    items: list[Leaf] = []
    stack: list[_Open] = []
    objects, end = 0, len(text.rstrip())
    for token in _JSON_TOKEN.finditer(text, start):
        mark, parent = token["mark"], stack[-1] if stack else None
        if mark in ("{", "["):
            objects += mark == "{"
            owner, key = (objects, None) if mark == "{" else (parent.owner, parent.key) if parent else (0, None)
            stack.append(_Open(mark == "{", owner, key))
        elif parent is None:
            continue
        elif mark in ("}", "]"):
            stack.pop()
            if not stack:
                return tuple(items), token.end()
        elif mark == ",":
            parent.key = None if parent.is_object else parent.key
        elif token["number"]:
            items.append(Leaf(int(token["number"]), parent.key, parent.owner, token.end() < len(text)))
        elif parent.is_object and _COLON.match(text, token.end()):
            parent.key = _unescaped(token["string"])
        elif parent.key is not None or not parent.is_object or token.end() < end:
            items.append(Leaf(_unescaped(token["string"]), parent.key, parent.owner, bool(token["end"])))
    return tuple(items), len(text)


def _unescaped(text: str) -> str:
    """Resolve escapes; join surrogate pairs, and replace lone surrogates with question marks."""
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else _ESCAPES.get(match[2], match[2]), text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\ufffd", "?")


Output = Literal["sentences", "cited", "sentence", "minutes"]

BULLET = re.compile(r"^\s*(?:(?:[-*•‣▪◦–—]|\(?\d{1,2}[.)]|#+)\s+)+")
FENCED = re.compile(r"```[^\S\n]*+(?:\w++[^\S\n]*+)?\n(.*?)(?:```|\Z)", re.S)
EMPHASIS = re.compile(r"\*\*(\S(?:[^*\n]*\S)?)\*\*|__(\S(?:[^_\n]*\S)?)__")
CITED = re.compile(r"\[(\d{1,6}(?: ?[,;] ?\d{1,6})*+)\] ?([.!?]?)$")
# JSON may begin at the start of a line or after a colon.
BEGINS = re.compile(r"(?:(?:\A|:)\s*+|(?<=\S)[^\S\n]*+\n\s*+)(\{\s*+[\"'“{\[}]|\[\s*+[\"'“{\[\]])")
# The field of an answer that contains its sentences.
FIELDS: dict[Output, str] = {"sentences": "sentences", "cited": "sentences", "sentence": "sentence", "minutes": "items"}
# Fields of an item of minutes, in addition to its text and sources.
ITEM_DETAILS = frozenset({"kind", "owner", "due"})
ITEM_FIELDS: dict[Output, frozenset[str]] = {
    "cited": frozenset({"text", "sources"}),
    "minutes": frozenset({"text", "sources", *ITEM_DETAILS}),
}
# Fields whose text is not a sentence of the answer.
NO_SENTENCES = frozenset(
    "title headline url link id type role name note notes thoughts reasoning analysis language lang".split()
)
# Minimum words for a string in an unknown field to count as a sentence.
LEAST_WORDS = 3
MOST_SOURCE = 10**6


@dataclass(frozen=True)
class Line:
    """A JSON string or a plain line in an answer. `torn`: the answer ends inside it. `item`: set in minutes only."""

    text: str
    sources: tuple[int, ...] = ()
    torn: bool = False
    item: MinutesItem | None = None


@dataclass(frozen=True)
class ParsedOutput:
    """The lines of an answer. `fault`: the unexpected text, if the JSON is not as requested or has text around it."""

    lines: tuple[Line, ...]
    is_json: bool
    fault: str | None = None


def parse(text: str, *, output: Output, cut: bool) -> ParsedOutput:
    """Parse an answer without special tokens (`unmarked`). `cut`: whether the answer was cut off."""
    text = text.strip()
    if fenced := FENCED.search(text):
        inner = fenced[1].strip()
        if fenced.span() == (0, len(text)) or BEGINS.match(inner):
            outside = (text[: fenced.start()] + text[fenced.end() :]).strip()
            parsed = parse(inner, output=output, cut=cut)
            return parsed if not outside or parsed.fault else ParsedOutput(parsed.lines, parsed.is_json, outside)
    if begin := BEGINS.search(text):
        parsed = _json(text, begin.start(1), output=output, cut=cut)
        if parsed.lines or begin.start(1) == 0:
            return parsed
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("```")]
    plain = [_plain(line, output, torn=cut and index == len(lines)) for index, line in enumerate(lines, start=1)]
    return ParsedOutput(tuple(plain), is_json=False)


def bare(text: str) -> str:
    """Remove list markers and emphasis from a line."""
    text = " ".join(text.split())
    while True:
        before = text
        text = EMPHASIS.sub(lambda match: match[1] or match[2], BULLET.sub("", text)).strip()
        if text == before:
            return text


def _plain(line: str, output: Output, *, torn: bool) -> Line:
    text = bare(line)
    if output == "cited" and (cited := CITED.search(text)):
        text = text[: cited.start()].rstrip() + cited[2]
        return Line(text, tuple(map(int, re.findall(r"\d+", cited[1]))), torn)
    return Line(text, torn=torn)


def _json(text: str, start: int, *, output: Output, cut: bool) -> ParsedOutput:
    found, end = leaves(text, start)
    fields = {leaf.key for leaf in found}
    torn = cut and start == 0 and end == len(text) and fields <= ITEM_FIELDS.get(output, {FIELDS[output]})
    expected = torn or _is_expected(text, output) or (not found and re.fullmatch(r"\{\s*\}|\[\s*\]", text))
    return ParsedOutput(_lines(found, output), is_json=True, fault=None if expected else text)


def _is_expected(text: str, output: Output) -> bool:
    try:
        ((field, value),) = json.loads(text).items()
    except (ValueError, RecursionError, AttributeError):
        return False
    if field != FIELDS[output] or not isinstance(value, str if output == "sentence" else list):
        return False
    if output in ("sentence", "sentences"):
        return all(isinstance(item, str) for item in value)
    return all(isinstance(item, dict) and set(item) == ITEM_FIELDS[output] and _is_cited(item) for item in value)


def _is_cited(item: Mapping[str, Any]) -> bool:
    text, sources = item["text"], item["sources"]
    return (
        isinstance(text, str)
        and isinstance(sources, list)
        and all(type(number) is int and 0 <= number <= MOST_SOURCE for number in sources)
    )


def _item(fields: Mapping[str, Any]) -> MinutesItem | None:
    kind = str(fields.get("kind")).casefold().rstrip("s").replace("open question", "question")
    owner, due = (value if isinstance(value := fields.get(name), str) else "" for name in ("owner", "due"))
    if kind not in get_args(ItemKind):
        return None
    return MinutesItem(kind=cast("ItemKind", kind), owner=bare(owner) or None, due=bare(due) or None)


def _lines(items: Sequence[Leaf], output: Output) -> tuple[Line, ...]:
    is_cited = output in ITEM_FIELDS
    sentence_keys = {None, FIELDS[output], *(["text"] if is_cited else [])}
    ignored = NO_SENTENCES | (ITEM_DETAILS if output == "minutes" else frozenset())
    details: dict[int, dict[str, Any]] = defaultdict(dict)
    numbers: dict[int, list[int]] = defaultdict(list)
    for leaf in items:
        if leaf.key in ITEM_DETAILS:
            details[leaf.owner][leaf.key or ""] = leaf.value
        elif is_cited and leaf.whole and leaf.key not in sentence_keys and (number := _number(leaf.value)) is not None:
            numbers[leaf.owner].append(number)
    return tuple(
        Line(
            bare(leaf.value),
            tuple(numbers[leaf.owner]),
            not leaf.whole,
            _item(details[leaf.owner]) if output == "minutes" else None,
        )
        for leaf in items
        if isinstance(leaf.value, str) and (leaf.key or "").casefold() not in ignored
        if leaf.key in sentence_keys or len(words(leaf.value)) >= LEAST_WORDS
    )


def _number(value: str | int) -> int | None:
    if isinstance(value, str):
        match = re.fullmatch(r"\s*\[?([0-9]{1,6})\]?\s*", value)
        return int(match[1]) if match else None
    return value if 0 <= value <= MOST_SOURCE else None

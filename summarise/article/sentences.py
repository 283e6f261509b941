"""Splits text into paragraphs and sentences; a sentence has a role: headline, heading or body."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from summarise.data import Sentence, SentenceRole, Span, Utterance, overlapping

# In scripts without spaces each character is a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+(?:[’'.,-][^\W_]+)*")

Gram = tuple[str, ...]


def words(text: str) -> tuple[str, ...]:
    """Return the words and numbers of a text in lower case."""
    return tuple(word.replace("’", "'").casefold() for word in _WORD.findall(text))


# The commonest words of English.
_ENGLISH = frozenset(
    "the of and to in is that for it was on with as be at by this have from or had not are but were which they his her "
    "has he she its their who been will would there than said after into also i you we my our your me it's he's i'm "
    "can do what so if when no up out now just could get got all about more than over him them".split()
)
DISTINCT = 3  # least number of different common words of an English text
FEWEST_WORDS = 6  # the language of a shorter text is not decided
ENGLISH, NOT_ENGLISH = 0.3, 0.1  # least share of common words in English text, and greatest in other text


def is_english(text: str) -> bool | None:
    """Return whether a text is English, by its share of common English words; None if it is too short or mixed."""
    tokens = words(text)
    common = [token for token in tokens if token in _ENGLISH]
    if len(common) >= ENGLISH * len(tokens) and len(set(common)) >= DISTINCT:
        return True
    return False if len(tokens) >= FEWEST_WORDS and len(common) <= NOT_ENGLISH * len(tokens) else None


def common_share(tokens: Sequence[str]) -> float:
    """Return the share of common English words among lower-case words."""
    return sum(token in _ENGLISH for token in tokens) / max(1, len(tokens))


def grams(tokens: Sequence[str], size: int) -> Iterator[Gram]:
    """Yield every n-gram of `size` words."""
    return (tuple(tokens[start : start + size]) for start in range(len(tokens) - size + 1))


@dataclass(frozen=True)
class Source:
    """A text that a model read, such as a chunk of an article."""

    text: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words in lower case, in order."""
        return words(self.text)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The distinct words in lower case."""
        return frozenset(self.words)

    @cached_property
    def _joined_words(self) -> str:
        return f" {' '.join(self.words)} "

    def has(self, piece: str) -> bool:
        """Return whether the words of `piece` occur in this order in the text, whatever the case and punctuation."""
        return f" {' '.join(words(piece))} " in self._joined_words


# All white space of Unicode.
WHITE_SPACE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())

LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
TERMINAL = re.compile(r"""[.!?…:;。！？]["'”’“»«)\]]*$""")
BULLET = re.compile(r"(?:[-–—*•·‣▪◦]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")

WRAPPED_SHARE = 0.3  # least share of line breaks in hard-wrapped text that are inside a sentence
LONGEST_WRAP = 160  # maximum characters of a line of hard-wrapped text
RAGGED_FILL = 0.7  # least share of the width that a line fills if it does not end its paragraph


class _Line(NamedTuple):
    start: int
    end: int
    text: str
    indent: int
    blank_before: bool


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the offsets of `text[start:end]` without white space at its ends."""
    piece = text[start:end]
    inner = piece.lstrip(WHITE_SPACE)
    start += len(piece) - len(inner)
    return start, start + len(inner.rstrip(WHITE_SPACE))


def split_paragraphs(text: str) -> tuple[Span, ...]:
    """Return the paragraphs of `text`. Together they contain all visible characters.

    Each line is a paragraph. In hard-wrapped text, a paragraph ends before a blank line, an indented line or a list
    item, or after a line that is too short to be wrapped.
    """
    lines = _lines(text)
    width, exact = _wrapping(lines)
    spans: list[tuple[int, int]] = []
    previous: _Line | None = None
    for line in lines:
        if previous and width and not line.blank_before and _continues_paragraph(previous, line, width, exact):
            spans[-1] = (spans[-1][0], line.end)
        else:
            spans.append((line.start, line.end))
        previous = line
    return tuple(Span(start=start, end=end) for start, end in spans)


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    begin, blank = 0, False
    for end, resume in [*((match.start(), match.end()) for match in LINE_BREAK.finditer(text)), (len(text), len(text))]:
        start, stop = trim(text, begin, end)
        if start < stop:
            lines.append(_Line(start, stop, text[start:stop], start - begin, blank))
        blank = start >= stop
        begin = resume
    return lines


def _continues_sentence(line: _Line, following: _Line) -> bool:
    return following.text[0].islower() and not TERMINAL.search(line.text[-6:])


def _full(line: _Line, following: _Line, width: int) -> bool:
    return line.indent + len(line.text) + 1 + len(following.text.split(maxsplit=1)[0]) > width


def _wrapping(lines: list[_Line]) -> tuple[int, bool]:
    """Return the width of hard-wrapped lines (0: not wrapped), and whether at least 90 % of them fill it."""
    breaks = [(line, following) for line, following in pairwise(lines) if not following.blank_before]
    within = [pair for pair in breaks if _continues_sentence(*pair)]
    if not within or len(within) < WRAPPED_SHARE * len(breaks):
        return 0, False
    widths = sorted(line.indent + len(line.text) for line, _ in within)
    if widths[len(widths) // 2] > LONGEST_WRAP:
        return 0, False
    width = widths[int(0.95 * (len(widths) - 1))]
    filled = sum(_full(line, following, width) for line, following in within)
    return width, filled >= 0.9 * len(within)


def _continues_paragraph(line: _Line, following: _Line, width: int, exact: bool) -> bool:
    if following.indent > line.indent + 1:
        return False
    if _continues_sentence(line, following):
        return True
    full = _full(line, following, width if exact else int(width * RAGGED_FILL))
    return full and not (BULLET.match(following.text) and TERMINAL.search(line.text[-6:]))


LONGEST = 2_000  # characters of a sentence
# Marks after which a long sentence is divided, best first.
_DIVISIONS = ("; ", ", ", " ")


def parts_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the offsets of parts of `text[start:end]` of at most LONGEST characters.

    A part ends in its second half after the last semicolon, else the last comma, else the last space; else within a
    word, but not before a combining mark.
    """
    while end - start > LONGEST:
        stop = _stop(text, start)
        begin, last = trim(text, start, stop)
        if begin < last:
            yield begin, last
        start = stop
    begin, last = trim(text, start, end)
    if begin < last:
        yield begin, last


def _stop(text: str, start: int) -> int:
    high = start + LONGEST
    for mark in _DIVISIONS:
        if (found := text.rfind(mark, start + LONGEST // 2, high)) >= 0:
            return found + len(mark)
    while high > start + LONGEST // 2 and unicodedata.category(text[high]).startswith("M"):
        high -= 1
    return high


# Quotation marks and brackets that may follow the end of a sentence.
CLOSERS = "\"'”’“»«›‹)]}）」』"

# Words that begin a sentence after an ambiguous abbreviation ("the U.S. She …").
_STARTERS = (
    "He|She|They|It|We|You|The|This|That|These|Those|There|But|And|In|On|At|After|Before|When|While|If|"
    "As|His|Her|Their|Its|Our|My|Mr|Mrs|Ms|Dr|However|Meanwhile|Last|Some|Many|Most|Officials"
)

# Patterns whose match ends at a sentence end that syntok misses, if a capital letter follows.
CUTS_BEFORE_CAPITAL = (
    # A question mark, exclamation mark or attached ellipsis.
    re.compile(rf"(?:[!?]|(?<=\w)…)[{re.escape(CLOSERS)}]*\s+(?=[\"“‘„«(]?[^\W\d_])"),
    # Closing marks that syntok takes for opening marks: „…“ and «…».
    re.compile(r"[.!?…][“»«›‹]\s+(?=[\"“‘„«»(]?[^\W\d_])"),
    # A decimal, or a word that is also an abbreviation.
    re.compile(r"(?:\d[.,]\d+|\b(?:sat|lit|art|fig|tab|mar|mag))[.][\"”’)]*\s+(?=[\"“‘„«(]?[^\W\d_])"),
)
# Patterns whose match ends at a sentence end that syntok misses.
CUTS_ANYWHERE = (
    # A number of three or more digits at the beginning of a sentence.
    re.compile(
        r"\b(?!(?:approx|est|vol|nos|max|min|tel|ext|para|paras|figs)\b)[a-z]{3,}[.][\"”’)]*\s+(?=\d{3,}\s+[a-z])"
    ),
    re.compile(rf"\b(?:[A-Z]\.[A-Z]\.|[ap]\.m\.|Inc\.|Corp\.|Ltd\.|Co\.|Jr\.|Sr\.|etc\.)\s+(?=(?:{_STARTERS})\b)"),
    # A field name at the beginning of a sentence ("summary_text: …").
    re.compile(
        r"(?:\b(?!(?:approx|est|vol|nos|max|min|tel|ext|para|paras|figs)\b)[a-z]{3,}|\d{2}|[)”’\"])[.!?][\"”’)]*\s+"
        r"(?=[@#{\[\"'<]{0,3}[a-z]{1,30}(?:[_.-][a-z]{1,30}){0,4}[\"'\])]{0,2}\s{0,2}(?::=?|=)\s{0,2}\S)"
    ),
    # Scripts without spaces between sentences.
    re.compile(r"[。！？｡]+[”’」』）】》\"]*(?=[^\s”’」』）】》])"),
)

# The end of a caption without a full stop, between two clauses ("… at Old Trafford The video shows …").
_CAPTION_END = re.compile(r"(?<=[a-z\d])\s+(?=(?:The|It|They|She|But|And|However,) [a-z])")
# Words that a clause may follow.
_BEFORE_CLAUSE = re.compile(
    r"\b(?:a[st]|and|because|but|by|for|from|if|in|nor|of|on|or|said|so|than|that|the|to|when|where|whether|while|with)$",
    re.IGNORECASE,
)
# Minimum number of words of a caption, and of the sentence after it.
_CLAUSE_WORDS = 8

# False sentence ends of syntok: patterns of the text before the end.
TITLE_BEFORE = re.compile(
    r"(?:^|[\s\"“‘(])(?:Gov|Govs|Rep|Reps|Rev|Lt|Col|Sgt|Cpl|Pte|Pvt|Ft|Pres|Cllr|Supt|Insp|Det|Hon|Messrs|Mme|Mlle|"
    r"Maj|Cmdr|Amb|Capt|Gen|Sen|Sens|Prof|Dr|Mr|Mrs|Ms|Fr|Mgr|Msgr|Sec|v|vs|cf|al)\.$"
)
# A decimal split by a tokeniser ("1. 3 billion").
DECIMAL_BEFORE = re.compile(r"(?:^|[\s($£€])\d{1,3}\.$")
DECIMAL_AFTER = re.compile(
    r"\d{1,3} ?(?:%|(?:per ?cent|thousand|million|billion|trillion|bn|m|km|kg|cm|mm|miles?|kilomet\w+|metres?|seconds?|"
    r"times|magnitude)\b)"
)
NUMBER_BEFORE = re.compile(
    r"(?:^|[\s(])(?:No|Nos|pp?|paras?|Figs?|Eqs?|Vols?|Ch|Art|Arts|approx|ca|est)\.$", re.IGNORECASE
)
MONTH_BEFORE = re.compile(r"(?:^|[\s(])(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$", re.IGNORECASE)
DAYS_AFTER = re.compile(r"\d{1,2}(?:[-–]\d{1,2})?(?![\d–-])")
QUESTION_BEFORE = re.compile(r"[?!][\"”’“»]$")
ENUMERATOR = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)]$")
# False sentence ends of syntok: a pattern of the text after the end (“Why?” Ms. Doe said).
SPEAKER_AFTER = re.compile(
    r"(?:(?:[A-Z][\w.’'-]*|de|da|di|van|von|der|al|bin|of|the)\s+){1,6}?"
    r"(?:said|says|asked|asks|added|told|replied|answered|wrote|writes|shouted|cried|warned|wondered|joked|tweeted|"
    r"posted|exclaimed|demanded|insisted|explained|recalled|remarked|yelled|called|continued|responded|quipped|mused)\b"
)

LOOK_BACK = 300  # characters that are examined before a sentence end, and after the end of a caption
MAX_HEADLINES = 3  # lines above the first body text
MAX_HEADLINE_WORDS = 25
MAX_HEADING_WORDS = 12
_FINAL = re.compile(rf"[.!?…。！？:;,][{re.escape(CLOSERS)}]*$")
_INITIALS_END = re.compile(r"(?:\b[A-Z]\.){2}$")
_LIST_ITEM = re.compile(r"(?:[-–—*•·‣▪◦|]|\(?\d{1,3}\))\s")


def split_sentences(
    text: str, paragraphs: Sequence[Span], *, title: str | None = None, utterances: Sequence[Utterance] = ()
) -> tuple[Sentence, ...]:
    """Return the sentences of the `paragraphs` of `text`. Together they contain all visible characters.

    A headline or heading is one sentence. Sentences of more than LONGEST characters are divided. A first line that
    repeats `title` is a headline. A paragraph in one of the `utterances` is body text, but the speaker's name before it
    belongs to no sentence.
    """
    turns = [next(iter(overlapping(utterances, span)), None) for span in paragraphs]
    paragraphs = [turn.speech if turn else span for span, turn in zip(paragraphs, turns, strict=True)]
    roles = _roles([text[span.start : span.end] for span in paragraphs], title, [turn is not None for turn in turns])
    return tuple(
        Sentence(start=start, end=end, paragraph=number, role=role)
        for number, (span, role) in enumerate(zip(paragraphs, roles, strict=True))
        for sentence in (_split(text, span) if role == "body" else [(span.start, span.end)])
        for start, end in parts_of(text, *sentence)
    )


def _split(text: str, span: Span) -> Iterator[tuple[int, int]]:
    # syntok must not see line ends; the same length keeps the offsets.
    paragraph = LINE_BREAK.sub(lambda match: " " * len(match.group()), text[span.start : span.end])
    start = 0
    for cut in [*_true_ends(paragraph, _possible_ends(paragraph)), len(paragraph)]:
        begin, end = trim(text, span.start + start, span.start + cut)
        if begin < end:
            yield begin, end
        start = cut


def _possible_ends(paragraph: str) -> list[int]:
    from syntok import segmenter
    from syntok.tokenizer import Tokenizer

    cuts = set()
    for tokens in segmenter.segment(Tokenizer(replace_not_contraction=False).tokenize(paragraph)):
        begin = next((token.offset for token in tokens if token.value), tokens[0].offset)
        cuts.add(_past_closers(paragraph, begin))
    for pattern in CUTS_ANYWHERE:
        cuts.update(match.end() for match in pattern.finditer(paragraph))
    cuts.update(match.end() for match in _CAPTION_END.finditer(paragraph) if _joins_clauses(paragraph, match))
    for pattern in CUTS_BEFORE_CAPITAL:
        for match in pattern.finditer(paragraph):
            following = paragraph[match.end() : match.end() + 2].lstrip('"“‘„«»(')
            # `re` has no class of non-ASCII capitals.
            if not following[:1].islower():
                cuts.add(match.end())
    return sorted(cut for cut in cuts if 0 < cut < len(paragraph))


def _joins_clauses(paragraph: str, gap: re.Match[str]) -> bool:
    before = re.split(r"[.!?]\s", paragraph[max(0, gap.start() - LOOK_BACK) : gap.start()])[-1]
    after = re.split(r"[.!?](?:\s|$)", paragraph[gap.end() : gap.end() + LOOK_BACK], maxsplit=1)[0]
    enough = min(len(before.split()), len(after.split())) >= _CLAUSE_WORDS
    return enough and _BEFORE_CLAUSE.search(before) is None


def _past_closers(paragraph: str, cut: int) -> int:
    end = cut
    while end < len(paragraph) and paragraph[end] in CLOSERS:
        end += 1
    at_end = end == len(paragraph) or paragraph[end].isspace()
    # French has a no-break space before its closing mark.
    attached = cut and (
        not paragraph[cut - 1].isspace() or (paragraph[cut] == "»" and paragraph[cut - 1] in "\xa0\u202f ")
    )
    return end if end > cut and at_end and attached else cut


def _true_ends(paragraph: str, cuts: Iterable[int]) -> Iterator[int]:
    start = 0
    for cut in cuts:
        before = paragraph[max(start, cut - LOOK_BACK) : cut].strip(WHITE_SPACE)
        if _is_end(before, paragraph[cut : cut + 80].lstrip(WHITE_SPACE)):
            yield cut
            start = cut


def _is_end(before: str, after: str) -> bool:
    tail = before[-16:]
    if not any(map(str.isalnum, before)) or not any(map(str.isalnum, after)):
        return False
    if tail.endswith(";") or TITLE_BEFORE.search(tail) or (ENUMERATOR.match(before) and len(before) < 6):
        return False
    if after[0].isdigit() and NUMBER_BEFORE.search(tail):
        return False
    if DECIMAL_BEFORE.search(tail) and DECIMAL_AFTER.match(after):
        return False
    if MONTH_BEFORE.search(tail) and DAYS_AFTER.match(after):
        return False
    if QUESTION_BEFORE.search(tail) and SPEAKER_AFTER.match(after):
        return False
    return not _inside_brackets(before, after)


def _inside_brackets(before: str, after: str) -> bool:
    if before.count("(") <= before.count(")"):
        return False
    closing, opening = after.find(")"), after.find("(")
    return closing >= 0 and not 0 <= opening < closing


def _roles(paragraphs: Sequence[str], title: str | None, spoken: Sequence[bool]) -> list[SentenceRole]:
    heads = [not is_speech and _looks_like_headline(words) for words, is_speech in zip(paragraphs, spoken, strict=True)]
    roles: list[SentenceRole] = ["body"] * len(paragraphs)
    first_body = next((number for number, head in enumerate(heads) if not head), len(paragraphs))
    if 0 < first_body < len(paragraphs):
        count = first_body if first_body <= MAX_HEADLINES else 1
        roles[:count] = ["headline"] * count
    elif paragraphs and title and len(paragraphs) > 1 and not spoken[0] and _folded(paragraphs[0]) == _folded(title):
        roles[0] = "headline"
    for number in range(1, len(paragraphs) - 1):
        # Successive lines that look like headlines are a list or a table.
        run_on = (heads[number - 1] and roles[number - 1] == "body") or heads[number + 1]
        short = len(paragraphs[number].split()) <= MAX_HEADING_WORDS
        if roles[number] == "body" and heads[number] and short and not run_on:
            roles[number] = "heading"
    return roles


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _looks_like_headline(paragraph: str) -> bool:
    if len(paragraph) > 250 or len(paragraph.split()) > MAX_HEADLINE_WORDS or _LIST_ITEM.match(paragraph):
        return False
    if not any(map(str.isalpha, paragraph)) or paragraph[0].islower():
        return False
    if not _FINAL.search(paragraph) or _INITIALS_END.search(paragraph):
        return not (paragraph[0] in '“"„«' and paragraph[-1] in '”"“»')
    words = [word for word in paragraph.split() if len(word) > 3 and word[0].isalpha()]
    return paragraph[-1] in "?!" and len(words) > 1 and all(word[0].isupper() for word in words)

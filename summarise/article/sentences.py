"""Paragraphs → sentences, with offsets into the text and the role of each (headline, heading, body).

syntok (https://github.com/fnl/syntok) proposes the ends of sentences; the rules below mend what it gets wrong
in news text: closing quotation marks, questions followed by "Harrow asked", titles before names, decimals at
a sentence's end, semicolons, scripts without spaces. Only cut positions are taken from syntok, never its tokens'
text, so nothing can be lost. Does not find paragraphs or boilerplate.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from summarise.article.long_sentences import parted
from summarise.article.paragraphs import INVISIBLE, LINE_BREAK, trim
from summarise.data import Sentence, SentenceRole, Span

CLOSERS = "\"'”’“»«›‹)]}）」』"

# Words that begin a sentence after an abbreviation that could as well stand inside one ("the U.S. She …").
_STARTERS = (
    "He|She|They|It|We|You|The|This|That|These|Those|There|But|And|In|On|At|After|Before|When|While|If|"
    "As|His|Her|Their|Its|Our|My|Mr|Mrs|Ms|Dr|However|Meanwhile|Last|Some|Many|Most|Officials"
)

# Where a sentence ends although syntok sees no end (the cut is the end of the match): before a capital …
CUTS_BEFORE_CAPITAL = (
    # A question, an exclamation or an attached ellipsis before a capital, whatever the word before it.
    re.compile(rf"(?:[!?]|(?<=\w)…)[{re.escape(CLOSERS)}]*\s+(?=[\"“‘„«(]?[^\W\d_])"),
    # Closing marks that syntok takes for opening ones: „…“ and «…».
    re.compile(r"[.!?…][“»«›‹]\s+(?=[\"“‘„«»(]?[^\W\d_])"),
    # A decimal, or a word that is also somebody's abbreviation, at the end of a sentence.
    re.compile(r"(?:\d[.,]\d+|\b(?:sat|lit|art|fig|tab|mar|mag))[.][\"”’)]*\s+(?=[\"“‘„«(]?[^\W\d_])"),
)
# … and before anything.
CUTS_ANYWHERE = (
    # A number of three or more digits at the beginning of a sentence.
    re.compile(
        r"\b(?!(?:approx|est|vol|nos|max|min|tel|ext|para|paras|figs)\b)[a-z]{3,}[.][\"”’)]*\s+(?=\d{3,}\s+[a-z])"
    ),
    re.compile(rf"\b(?:[A-Z]\.[A-Z]\.|[ap]\.m\.|Inc\.|Corp\.|Ltd\.|Co\.|Jr\.|Sr\.|etc\.)\s+(?=(?:{_STARTERS})\b)"),
    # The name of a field in lower case, as programs write it, at the beginning of a sentence ("summary_text: …").
    re.compile(
        r"(?:\b(?!(?:approx|est|vol|nos|max|min|tel|ext|para|paras|figs)\b)[a-z]{3,}|\d{2}|[)”’\"])[.!?][\"”’)]*\s+"
        r"(?=[@#{\[\"'<]{0,3}[a-z]{1,30}(?:[_.-][a-z]{1,30}){0,4}[\"'\])]{0,2}\s{0,2}(?::=?|=)\s{0,2}\S)"
    ),
    # Scripts that put no space between sentences.
    re.compile(r"[。！？｡]+[”’」』）】》\"]*(?=[^\s”’」』）】》])"),
)

# Where syntok sees an end and there is none. Matched against the end of what stands before the cut …
TITLE_BEFORE = re.compile(
    r"(?:^|[\s\"“‘(])(?:Gov|Govs|Rep|Reps|Rev|Lt|Col|Sgt|Cpl|Pte|Pvt|Ft|Pres|Cllr|Supt|Insp|Det|Hon|Messrs|Mme|Mlle|"
    r"Maj|Cmdr|Amb|Capt|Gen|Sen|Sens|Prof|Dr|Mr|Mrs|Ms|Fr|Mgr|Msgr|Sec|v|vs|cf|al)\.$"
)
# A decimal that a tokeniser took apart ("1. 3 billion").
DECIMAL_BEFORE = re.compile(r"(?:^|[\s($£€])\d{1,3}\.$")
DECIMAL_AFTER = re.compile(
    r"\d{1,3} ?(?:%|(?:per ?cent|thousand|million|billion|trillion|bn|m|km|kg|cm|mm|miles?|kilomet\w+|metres?|seconds?|"
    r"times|magnitude)\b)"
)
NUMBER_BEFORE = re.compile(
    r"(?:^|[\s(])(?:No|Nos|pp?|paras?|Figs?|Eqs?|Vols?|Ch|Art|Arts|approx|ca|est)\.$", re.IGNORECASE
)
MONTH_BEFORE = re.compile(r"(?:^|[\s(])(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$")
DAYS_AFTER = re.compile(r"\d{1,2}[-–]\d{1,2}(?![\d–-])")
ASKED_BEFORE = re.compile(r"[?!][\"”’“»]$")
ENUMERATOR = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)]$")
# … or against the beginning of what follows.
SAID_AFTER = re.compile(
    r"(?:(?:[A-Z][\w.’'-]*|de|da|di|van|von|der|al|bin|of|the)\s+){1,6}?"
    r"(?:said|says|asked|asks|added|told|replied|answered|wrote|writes|shouted|cried|warned|wondered|joked|tweeted|"
    r"posted|exclaimed|demanded|insisted|explained|recalled|remarked|yelled|called|continued|responded|quipped|mused)\b"
)

LOOKED_BACK = 300
"""Characters of a sentence before a cut that tell whether it ends there."""
MAX_HEADLINES = 3
MAX_HEADLINE_WORDS = 25
MAX_HEADING_WORDS = 12
_FINAL = re.compile(rf"[.!?…。！？:;,][{re.escape(CLOSERS)}]*$")
_INITIALS_END = re.compile(r"(?:\b[A-Z]\.){2}$")
_LIST_ITEM = re.compile(r"(?:[-–—*•·‣▪◦|]|\(?\d{1,3}\))\s")


def split_sentences(text: str, paragraphs: Sequence[Span], *, title: str | None = None) -> tuple[Sentence, ...]:
    """Return the sentences of the `paragraphs` of `text`: in order, disjoint, without white space around them.

    Every visible character of the paragraphs lies in a sentence. A headline or heading is one sentence. What is longer
    than any sentence becomes several.
    `title` is what the page's metadata call the article; a first line that repeats it is a headline.
    """
    roles = _roles([text[span.start : span.end] for span in paragraphs], title)
    return tuple(
        Sentence(start=start, end=end, paragraph=number, role=role)
        for number, (span, role) in enumerate(zip(paragraphs, roles, strict=True))
        for whole in (_split(text, span) if role == "body" else [(span.start, span.end)])
        for start, end in parted(text, *whole)
    )


def _split(text: str, span: Span) -> Iterator[tuple[int, int]]:
    """Yield the offsets of the sentences of one paragraph."""
    # Same length, so offsets hold: syntok must not see line ends, which are nothing but spaces here.
    paragraph = LINE_BREAK.sub(lambda match: " " * len(match.group()), text[span.start : span.end])
    start = 0
    for cut in [*_kept(paragraph, _cuts(paragraph)), len(paragraph)]:
        begin, end = trim(text, span.start + start, span.start + cut)
        if begin < end:
            yield begin, end
        start = cut


def _cuts(paragraph: str) -> list[int]:
    """Return, in order, where a sentence may begin inside `paragraph`."""
    from syntok import segmenter
    from syntok.tokenizer import Tokenizer

    cuts = set()
    for tokens in segmenter.segment(Tokenizer(replace_not_contraction=False).tokenize(paragraph)):
        begin = next((token.offset for token in tokens if token.value), tokens[0].offset)
        cuts.add(_past_closers(paragraph, begin))
    for pattern in CUTS_ANYWHERE:
        cuts.update(match.end() for match in pattern.finditer(paragraph))
    for pattern in CUTS_BEFORE_CAPITAL:
        for match in pattern.finditer(paragraph):
            following = paragraph[match.end() : match.end() + 2].lstrip('"“‘„«»(')
            # `re` knows no class of capitals beyond ASCII.
            if not following[:1].islower():
                cuts.add(match.end())
    return sorted(cut for cut in cuts if 0 < cut < len(paragraph))


def _past_closers(paragraph: str, cut: int) -> int:
    """Move a cut behind closing marks that stand directly at the end of the sentence before it."""
    end = cut
    while end < len(paragraph) and paragraph[end] in CLOSERS:
        end += 1
    at_end = end == len(paragraph) or paragraph[end].isspace()
    # French sets a no-break space before its closing mark.
    attached = cut and (
        not paragraph[cut - 1].isspace() or (paragraph[cut] == "»" and paragraph[cut - 1] in "\xa0\u202f ")
    )
    return end if end > cut and at_end and attached else cut


def _kept(paragraph: str, cuts: Iterable[int]) -> Iterator[int]:
    """Yield the cuts at which a sentence really ends."""
    start = 0
    for cut in cuts:
        before = paragraph[max(start, cut - LOOKED_BACK) : cut].strip(INVISIBLE)
        if _ends(before, paragraph[cut : cut + 80].lstrip(INVISIBLE)):
            yield cut
            start = cut


def _ends(before: str, after: str) -> bool:
    """Tell whether a sentence ends between `before` (the end of it) and `after` (the next 80 characters)."""
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
    if ASKED_BEFORE.search(tail) and SAID_AFTER.match(after):
        return False
    return not _inside_brackets(before, after)


def _inside_brackets(before: str, after: str) -> bool:
    """Tell whether the cut stands inside brackets that are closed soon: "(who? Nobody knows) …"."""
    if before.count("(") <= before.count(")"):
        return False
    closing, opening = after.find(")"), after.find("(")
    return closing >= 0 and not 0 <= opening < closing


def _roles(paragraphs: Sequence[str], title: str | None) -> list[SentenceRole]:
    """Return the role of each paragraph's sentences."""
    heads = [_looks_like_head(paragraph) for paragraph in paragraphs]
    roles: list[SentenceRole] = ["body"] * len(paragraphs)
    first_body = next((number for number, head in enumerate(heads) if not head), len(paragraphs))
    if 0 < first_body < len(paragraphs):
        count = first_body if first_body <= MAX_HEADLINES else 1
        roles[:count] = ["headline"] * count
    elif paragraphs and title and len(paragraphs) > 1 and _folded(paragraphs[0]) == _folded(title):
        roles[0] = "headline"
    for number in range(1, len(paragraphs) - 1):
        run_on = (heads[number - 1] and roles[number - 1] == "body") or heads[number + 1]
        # Three or more such lines in a row are a list or a table, not headings.
        short = len(paragraphs[number].split()) <= MAX_HEADING_WORDS
        if roles[number] == "body" and heads[number] and short and not run_on:
            roles[number] = "heading"
    return roles


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _looks_like_head(paragraph: str) -> bool:
    """Tell whether a paragraph reads like a headline or heading: short, and no final stop or all in title case."""
    if len(paragraph) > 250 or len(paragraph.split()) > MAX_HEADLINE_WORDS or _LIST_ITEM.match(paragraph):
        return False
    if not any(map(str.isalpha, paragraph)) or paragraph[0].islower():
        return False
    if not _FINAL.search(paragraph) or _INITIALS_END.search(paragraph):
        return not (paragraph[0] in '“"„«' and paragraph[-1] in '”"“»')
    words = [word for word in paragraph.split() if len(word) > 3 and word[0].isalpha()]
    return paragraph[-1] in "?!" and len(words) > 1 and all(word[0].isupper() for word in words)

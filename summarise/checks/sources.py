"""Read and check the citations in a text about several sources, and find values that differ between the sources.

A citation is "[1, 3]", "[^2]", "(Source: name)", "¹" or a Markdown link.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple
from urllib.parse import urlsplit

from summarise.article import read_claims
from summarise.article.text import visible
from summarise.checks import negation
from summarise.checks.entailment import Score
from summarise.checks.entailment.reader import scores_of
from summarise.checks.kinds import EXACT, compare_facts
from summarise.checks.source_index import Claim, SourceIndex, SourceSentence
from summarise.checks.verification import Candidate, PlacedClaim, Verifier, check_scored, part_of_fact
from summarise.checks.words import content_words, words_of
from summarise.data import (
    CheckedSentence,
    Citation,
    CitationVerdict,
    Disagreement,
    Evidence,
    Fact,
    Facts,
    Finding,
    Quote,
    SourceSpan,
    SourceValue,
    Span,
)

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒", "0123456789-,")
_BRACKETS = str.maketrans("[]^", "   ")
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
# Fenced code, closed or not, and code spans of one or two backticks in one paragraph.
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
# A line that defines the source of a number: "[1]: https://…", "[2] Title, https://…", "[3]: harbour.txt".
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
    """A citation mark. `sources`: the ids of the known sources that it names. `missing`: the names of unknown sources.

    `position`: the offset in `CitedText.text` at which the mark was removed. `quote`: the mark with its offsets in the
    original text.
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

        A mark after a sentence belongs to it, a mark at the start of a paragraph to the next sentence.
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
    """The names by which a text may cite a source: its number, id, file name, title or address."""

    def __init__(self, sources: Sequence[SourceSpan]) -> None:
        self._ids: dict[str, str | None] = {}
        self._has_addresses = any(source.url for source in sources)
        others = [
            (name, source.id)
            for source in sources
            for name in (source.name, (source.name or "").rpartition(".")[0], source.title, address_key(source.url))
            if name
        ]
        numbers = [(str(number), source.id) for number, source in enumerate(sources, 1)]
        # Ids take precedence over numbers, and both over other names. A name shared by two sources is ignored.
        for names in [(source.id, source.id) for source in sources], numbers, others:
            shared: dict[str, set[str]] = defaultdict(set)
            for name, source_id in names:
                shared[_key(name)].add(source_id)
            for key, owners in shared.items():
                self._ids.setdefault(key, owners.pop() if len(owners) == 1 else None)

    def find(self, name: str) -> str | None:
        """Return the id of the source with this name or web address, or None."""
        return self._ids.get(_key(name)) or self._ids.get(_key(address_key(name) or ""))

    def define(self, name: str, text: str, *, listed: bool) -> bool:
        """Read a line like "[1]: https://…" (`name`: "1", `text`: the rest). Returns whether the line defines `name`.

        It does if `text` has an address or, after a colon or below "Sources" (`listed`), is the name of a source. Then
        `find(name)` returns this source, or None if no source has the address. If no source has any address, an address
        leaves `name` unchanged.
        """
        addresses = _ADDRESS.findall(text)
        source = next(filter(None, map(self.find, addresses)), None)
        if source is None and not addresses and listed:
            source = self.find(text.strip().rstrip("."))
        if source or (addresses and self._has_addresses):
            self._ids[_key(name)] = source
        return bool(source or addresses)


# A span to remove from a text: its start and end, its replacement, and the names of the sources that it cites.
_Cut = tuple[int, int, str, Sequence[str]]


def read_citations(text: str, sources: Sequence[SourceSpan]) -> CitedText:
    """Return a text without its citation marks, and the marks.

    A number in brackets is a citation; a word in brackets or a superscript number only if it names a source. A Markdown
    link is a citation if its address is that of a source or its label is a number; other links become their label.
    Lines that only define a number ("[1]: https://…") are left out. Code loses its backticks and fences.
    """
    names = SourceNames(sources)
    prose = _CODE.sub(lambda match: "x" * len(match[0]), text)
    headings = list(_HEADING.finditer(prose))
    cuts: list[_Cut] = []
    for match in _DEFINITION.finditer(prose):
        listed = bool(match["colon"] or (headings and headings[0].end() < match.start()))
        if names.define(match["id"], match["rest"], listed=listed):
            cuts.append((*match.span(), "", ()))
    if cuts:
        cuts += [(*match.span(), "", ()) for match in headings]
    marked = ((match, _read_mark(match, names, text)) for match in _MARK.finditer(prose))
    cuts += [(*match.span(), *found) for match, found in marked if found]
    cuts += [
        (*match.span(), match["code"] or match["ticks"] or f"\n{match['block']}", ()) for match in _CODE.finditer(text)
    ]
    parts: list[str] = []
    marks: list[Mark] = []
    position = length = 0
    for start, end, replacement, cited in sorted(cuts, key=lambda cut: cut[0]):
        if start < position:
            continue
        before, position = text[position:start], end
        if not replacement and not _WORD_CHARACTER.match(text, end):
            before = before.rstrip(" \t")
        parts += [before, replacement]
        length += len(before) + len(replacement)
        if cited:
            known = [names.find(name) for name in cited]
            marks.append(
                Mark(
                    position=length,
                    quote=Quote(start=start, end=end, text=text[start:end]),
                    sources=tuple(dict.fromkeys(filter(None, known))),
                    missing=tuple(name for name, source in zip(cited, known, strict=True) if not source),
                )
            )
    parts.append(text[position:])
    return CitedText("".join(parts), tuple(marks))


def _read_mark(match: re.Match[str], names: SourceNames, text: str) -> tuple[str, Sequence[str]] | None:
    """Return the replacement of a match and the names that it cites; None if it is not a mark or link."""
    if address := match["address"]:
        label = text[slice(*match.span("label"))]
        numbered = _NUMBER.fullmatch(label.strip("[]^ ")) is not None
        replacement = "" if numbered or match[0].startswith("!") else label
        return replacement, [address] if numbered or names.find(address) else []
    if match["named"]:
        return "", list(_names_in(match["named"], names))
    if match["footnote"]:
        return "", [match["footnote"]]
    if listed := match["several"] or match["numbers"] or match["sup"]:
        cited = list(_items(listed.translate(_BRACKETS)))
        is_mark = all(_NUMBER.fullmatch(item) or names.find(item) for item in cited)
    else:
        cited = [match["name"]] if match["name"] else list(_items(match["raised"].translate(_SUPERSCRIPTS)))
        is_mark = all(map(names.find, cited))
    return ("", cited) if is_mark else None


def _items(text: str) -> Iterator[str]:
    """Yield the ids in a list: 1, 3, 4, 5 for "1, 3-5"."""
    for item in re.split(r"[,;\s]+(?![–-])|(?<=\S)[,;]", text.strip()):
        item = item.strip()
        between = _RANGE.fullmatch(item)
        if between and 0 < int(between[2]) - int(between[1]) <= _LONGEST_RANGE:
            yield from map(str, range(int(between[1]), int(between[2]) + 1))
        elif item:
            yield item


def _names_in(text: str, names: SourceNames) -> Iterator[str]:
    """Yield the names in "Harbour Post; Coast News"; a comma separates names only if all are known."""
    for part in text.split(";"):
        pieces = [piece.strip() for piece in part.split(",")]
        if names.find(part) or not all(map(names.find, pieces)):
            yield part.strip()
        else:
            yield from pieces


def address_key(address: str | None) -> str | None:
    """Return the host without "www.", the path and the query of a web address; None for other texts."""
    try:
        parts = urlsplit((address or "").strip())
    except ValueError:  # "https://[not an IP address]"
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return f"{parts.hostname.removeprefix('www.')}{parts.path.rstrip('/')}{'?' + parts.query if parts.query else ''}"


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


_MARKUP = re.compile(
    r"^[ \t]*(?:#{1,6}|[-*+>]|\d{1,3}\.)[ \t]+|^[ \t]*+\|?+(?:[ \t]*+:?+-++:?+[ \t]*+\|?+)++$|\*\*|__", re.MULTILINE
)


def without_markup(text: str) -> str:
    """Return Markdown without code blocks, rules, and the marks of headings, lists, quotations, tables and emphasis.

    Citations, links, code in backticks and line breaks are kept.
    """
    prose = _CODE.sub(lambda match: "\n" * match[0].count("\n") if match["fence"] else match[0], text)
    return _MARKUP.sub("", prose)


# "Supports partly": the minimum entailment probability or, without a model, the minimum share of the sentence's content
# words that the evidence contains.
PART_ENTAILED, PART_OF_WORDS = 0.1, 0.6
# The ids of the sources that a sentence is checked against.
Ids = frozenset[str]


def verify_cited(text: str, verifier: Verifier, *, required: bool = False) -> list[Candidate]:
    """Split a text, without its citation marks, into sentences, and check each sentence and each citation.

    A sentence is first checked against the sources that it cites, read as one text. If it cites none, or they do not
    support it, it is checked against all sources. With `required`, a sentence without a citation is `uncited`.
    """
    cited = read_citations(visible(text), verifier.facts.article.sources)
    candidates = verifier.verify(cited.text, origin="given")
    sentences = CitedSentences(candidates, cited.of(read_claims(cited.text).sentences), verifier)
    results = []
    for index, candidate in enumerate(candidates):
        checked = sentences.checked(index)
        if required and not checked.citations:
            checked = checked.model_copy(update={"uncited": True})
        results.append(replace(candidate, sentence=checked))
    return results


def cite(candidates: Sequence[Candidate], verifier: Verifier) -> list[Candidate]:
    """Return sentences with citations of the sources that support them.

    A sentence that no source supports alone cites all sources of its evidence.
    """
    sentences = CitedSentences(candidates, [()] * len(candidates), verifier)
    return [replace(one, sentence=sentences.cited(index)) for index, one in enumerate(candidates)]


class CitedSentences:
    """The sentences of a text, checked against all sources, and the citation marks of each sentence."""

    def __init__(self, candidates: Sequence[Candidate], marks: Sequence[Sequence[Mark]], verifier: Verifier) -> None:
        self._candidates, self._marks, self._verifier = candidates, marks, verifier
        self._cited = [frozenset(name for mark in each for name in mark.sources) for each in marks]
        # For source ids and the index of a sentence: the sentence as checked against only these sources, and its score.
        self._found: dict[tuple[Ids, int], tuple[CheckedSentence, Score | None]] = {}
        wanted: dict[Ids, set[int]] = defaultdict(set)
        for index, ids in enumerate(self._cited):
            for subset in {ids, *(frozenset([name]) for name in ids)} - {frozenset()}:
                wanted[subset].add(index)
        for ids, indexes in wanted.items():
            self._check(ids, sorted(indexes))

    def _check(self, ids: Ids, indexes: Sequence[int]) -> None:
        verifier = self._verifier.within(ids)
        claims = [self._claim(index, verifier) for index in indexes]
        checked = check_scored(claims, verifier.index, verifier.verdicts)
        for index, (sentence, score) in zip(indexes, checked, strict=True):
            # A source without sentences has no score.
            self._found[ids, index] = sentence, score if verifier.index.sources else None

    def _claim(self, index: int, verifier: Verifier) -> Claim:
        before = self._candidates[index - 1].sentence.text if index else ""
        candidate = self._candidates[index]
        return verifier.index.claim(candidate.sentence.text, candidate.facts, before=before)

    def checked(self, index: int) -> CheckedSentence:
        """Return the checked sentence at `index`, with its checked citations."""
        overall = self._candidates[index].sentence
        together, _ = self._found.get((self._cited[index], index), (overall, None))
        sentence, found_in = together, tuple[str, ...]()
        if together.verdict != "supported" and overall.verdict == "supported":
            sentence = overall
            found_in = tuple(self._supporting(index, (one.source for one in overall.evidence)))
        # Other sources do not contradict a sentence whose cited source is in a language that cannot be read.
        elif (together.verdict, overall.verdict) == ("unverified", "contradicted") and not together.unread:
            sentence = overall
        citations = []
        for mark in self._marks[index]:
            verdicts = [(name, self._verdict(index, name)) for name in mark.sources]
            verdicts += [(name, "missing") for name in mark.missing]
            citations += [Citation(**dict(mark.quote), source=name, verdict=verdict) for name, verdict in verdicts]
        return sentence.model_copy(update={"citations": tuple(citations), "found_in": found_in})

    def cited(self, index: int) -> CheckedSentence:
        """Return the sentence at `index` with citations of the sources that support it.

        The offsets of the citations assume that they are appended to its text. Only a `supported` sentence gets them.
        """
        sentence, source_index = self._candidates[index].sentence, self._verifier.index
        if sentence.verdict != "supported":
            return sentence
        names = list(dict.fromkeys(one.source for one in sentence.evidence if one.source))
        near = [one.evidence.source for one in source_index.candidates(self._claim(index, self._verifier))]
        supporting = list(self._supporting(index, [*names, *near]))
        order = [source.id for source in source_index.facts.article.sources]
        verdict: CitationVerdict = "supports" if supporting else "supports partly"
        citations, start = [], len(sentence.text)
        for name in sorted(supporting or names, key=order.index):
            text = f"[{name}]"
            citations.append(Citation(start=start, end=start + len(text), text=text, source=name, verdict=verdict))
            start += len(text)
        return sentence.model_copy(update={"citations": tuple(citations)})

    def _supporting(self, index: int, ids: Iterable[str | None]) -> Iterator[str]:
        for name in dict.fromkeys(ids):
            if name is None or name in self._cited[index]:
                continue
            alone = frozenset([name])
            if (alone, index) not in self._found:
                self._check(alone, [index])
            if self._found[alone, index][0].verdict == "supported":
                yield name

    def _verdict(self, index: int, name: str) -> CitationVerdict:
        ids = self._cited[index]
        (alone, score), (together, _) = self._found[frozenset([name]), index], self._found[ids, index]
        if alone.verdict == "supported" and alone.strength != "weak":
            return "supports"
        contributes = len(ids) > 1 and any(one.source == name for one in together.evidence)
        partly = (contributes and together.verdict == "supported") or _supports_part(alone, score)
        return "supports partly" if partly else "does not support"


def _supports_part(sentence: CheckedSentence, score: Score | None) -> bool:
    if score is not None:
        return score.entailed >= PART_ENTAILED
    content = content_words(sentence.text)
    evidence = {word.stem for one in sentence.evidence for word in words_of(one.text)}
    return bool(content) and sum(word.stem in evidence for word in content) >= PART_OF_WORDS * len(content)


# Minimum coverage of each of two sentences by the other one, for their values to be about the same thing.
SAME_THING = 0.2
# Minimum entailment probability of `_Opposed.exchanged` in the source that has the value `theirs`.
WITH_THEIR_VALUE = 0.3
# Maximum number of sources that are compared, and of pairs of values that the model reads for two sources.
MOST_SOURCES, MOST_PAIRS = 10, 20
# Number of sentences, from all sources, that each sentence is compared with.
NEAREST = 16


class _Opposed(NamedTuple):
    """Values of two sources that exclude each other. `exchanged`: the sentence of `ours`, with the value `theirs`."""

    ours: Evidence
    theirs: Evidence
    exchanged: str


def disagreements(verifier: Verifier) -> tuple[Disagreement, ...]:
    """Return the values that differ between the sources of an article, in text order.

    Two values differ if their sentences share words, the exact comparisons find that each value excludes the other, and
    the entailment model finds that one of the sources supports the other's sentence with its own value inserted. Only
    the first `MOST_SOURCES` sources are compared.
    """
    sources = {one.id: verifier.within([one.id]) for one in verifier.facts.article.sources[:MOST_SOURCES]}
    # For each source, the starts of the sentences that have one of its sentences among their nearest (for linear time).
    near: dict[str | None, set[int]] = defaultdict(set)
    for source in verifier.index.sources:
        claim = verifier.index.claim(source.evidence.text, ())
        for other in verifier.index.candidates(claim, most=NEAREST):
            near[other.evidence.source].add(source.sentence.start)
    pairs: list[_Opposed] = []
    for (one, ours), (another, theirs) in combinations(sources.items(), 2):
        turned = list(_opposed(theirs, ours, near[one]))
        found = _opposed(ours, theirs, near[another]) if turned else ()
        mutual = [
            (pair, back)
            for pair in found
            for back in turned
            if pair.ours.overlaps(back.theirs) and pair.theirs.overlaps(back.ours)
        ][:MOST_PAIRS]
        there = _supported([pair.exchanged for pair, _ in mutual], theirs)
        here = _supported([back.exchanged for _, back in mutual], ours)
        pairs += [pair for (pair, _), *either in zip(mutual, there, here, strict=True) if any(either)]
    return tuple(_disagreement(group, verifier) for group in _groups(pairs))


def _supported(texts: Sequence[str], verifier: Verifier) -> list[bool]:
    placed = [PlacedClaim.of(verifier.index.claim(text, ()), verifier.index) for text in texts]
    # A sentence that the source contains word for word, or that is not English, counts as supported.
    scores = iter(scores_of([one.claim for one in placed if one.to_read], verifier.index))
    return [not one.to_read or (score := next(scores)) is None or score.entailed >= WITH_THEIR_VALUE for one in placed]


def with_disputes(results: Sequence[Candidate], disputed: Sequence[Disagreement], facts: Facts) -> Sequence[Candidate]:
    """Return sentences with a note on each value for which another source has a different value."""
    values = [
        (fact, value, disagreement)
        for disagreement in disputed
        for value in disagreement.values
        for fact in facts.facts
        if fact.kind in EXACT and fact.overlaps(value.place)
    ]
    noted = []
    for one in results:
        notes: list[Finding] = []
        for fact, value, disagreement in values:
            claim = next((own for own in one.facts if (own.kind, own.value) == (fact.kind, fact.value)), None)
            if claim is not None and any(place.overlaps(value.sentence) for place in one.sentence.evidence):
                quote = Quote(start=claim.start, end=claim.end, text=claim.text)
                notes += [
                    Finding(code=fact.kind, severity="note", claim=quote, article=other.place, reason="disputed")
                    for other in disagreement.values
                    if other is not value
                ]
        findings = tuple(dict.fromkeys([*one.sentence.findings, *notes]))
        noted.append(replace(one, sentence=one.sentence.model_copy(update={"findings": findings})) if notes else one)
    return noted


def _opposed(ours: Verifier, theirs: Verifier, starts: Collection[int]) -> Iterator[_Opposed]:
    for claim, source in claims_about(ours.index, theirs.index, starts):
        aligned = theirs.index.alignments(claim) if claim.facts else ()
        if not aligned or theirs.index.verbatim(claim):
            continue
        covering = {one.source.index for one in aligned if one.coverage >= SAME_THING}
        findings = (
            *compare_facts(claim, theirs.index, aligned, exact=True),
            *negation.check(claim, theirs.index, aligned),
        )
        for finding in findings:
            if finding.severity != "error" or finding.article is None:
                continue
            if theirs.index.source_of(finding.article).index in covering:
                start, end = finding.claim.start, finding.claim.end
                place = Span(start=source.sentence.start + start, end=source.sentence.start + end)
                exchanged = claim.text[:start] + finding.article.text + claim.text[end:]
                yield _Opposed(ours.facts.article.evidence(place), finding.article, exchanged)


def claims_about(
    ours: SourceIndex, theirs: SourceIndex, starts: Collection[int] | None = None
) -> Iterator[tuple[Claim, SourceSentence]]:
    """Yield each body sentence of `ours` as (claim, sentence), to check the claim against `theirs`.

    `starts`: the offsets of the sentences to yield (None: all).
    """
    before = ""
    for source in ours.sources:
        if source.sentence.role == "body" and (starts is None or source.sentence.start in starts):
            facts: tuple[Fact, ...] = tuple(part_of_fact(one, source.index, source.sentence) for one in source.facts)
            yield theirs.claim(source.evidence.text, facts, before=before), source
        before = source.evidence.text


def _groups(pairs: Sequence[_Opposed]) -> list[list[Evidence]]:
    """Return the values of each disagreement; pairs with a common value belong to one disagreement."""
    groups: list[list[Evidence]] = []
    for pair in pairs:
        places = [pair.ours, pair.theirs]
        touching = [group for group in groups if any(place.overlaps(known) for place in places for known in group)]
        groups = [group for group in groups if group not in touching]
        merged = [place for group in [*touching, places] for place in group]
        groups.append(list({(place.source, place.text.casefold()): place for place in reversed(merged)}.values()))
    in_order = [sorted(group, key=lambda place: place.start) for group in groups]
    return sorted(in_order, key=lambda group: group[0].start)


def _disagreement(places: Sequence[Evidence], verifier: Verifier) -> Disagreement:
    article = verifier.facts.article
    values = []
    for place in places:
        source = article.source_at(place.start)
        sentence = verifier.index.source_of(place).evidence
        values.append(SourceValue(place=place, sentence=sentence, date=source.date if source else None))
    return Disagreement(values=tuple(values))

"""Indirect speech: who puts what forward, and how ("Prosecutors allege that …", "…, according to the board").

What stands between quotation marks is the business of `quotations`; a sentence may yield both. Reads the syntax tree;
where rules read the sentence it knows three patterns: "X said that …", "…, X said" and "according to X".
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from summarise.data import Attribution, Link
from summarise.facts.lexicon.speech import base_of
from summarise.facts.parsed_sentence import ParsedSentence
from summarise.facts.references import References
from summarise.facts.referents import EDGES, link_of, meant

_WITH_OBJECT = frozenset(
    "deny confirm announce allege claim reject dispute dismiss predict promise pledge vow threaten propose recommend "
    "demand estimate forecast reveal admit acknowledge suspect fear warn accuse report".split()
)
"""Verbs that put forward what a noun names: "denied any wrongdoing"."""
_WITH_INFINITIVE = frozenset(
    "promise vow pledge threaten claim agree propose ask urge tell demand offer advise remind hope expect".split()
)
"""Verbs that put forward what an infinitive says: "promised to repay"."""
_SHOWING = frozenset("show find indicate suggest hold rule judge decide point".split())
"""Verbs that put something forward only with a clause."""
_NOT_SAID = frozenset("decline declined declines refuse refused refuses fail failed fails unable".split())
_NOT_YET = frozenset("will would could can may might should shall must 'll 'd".split())
_NOBODY_AT_ALL = frozenset({"nobody", "none", "no one", "neither"})
_NOBODY = frozenset("it they we i you who which that this these those there what one".split())
_PLAIN_SPEECH = re.compile(
    r"\b(?P<verb>said|says|say|added|adds|claimed|claims|insisted|insists|argued|argues|warned|warns|alleges?|alleged|"
    r"denied|denies|admitted|admits|suggested|suggests|announced|concluded|testified|told (?:[\w’']+ ){1,4}?(?=that))"
    r"(?= )(?: that)? ",
    re.I,
)
_TRAILING = re.compile(r", (?P<who>[^,]{2,60}?) (?P<verb>said|says|added|told [^,.]{2,40})\.?$")
_ACCORDING = re.compile(r"\baccording to (?P<who>[^,.;]{2,60})", re.I)


class Speaker(NamedTuple):
    """Who says something: what the words that say so say `own` themselves, how sure that is, and their link, if any."""

    own: str | None
    sure: float
    link: Link | None = None

    @property
    def called(self) -> str:
        """The speaker in the article's words, "somebody" where there are none."""
        return self.own or (" ".join(self.link.words.text.split()) if self.link else "somebody")


def attributions(passages: Sequence[ParsedSentence], references: References) -> Iterator[Attribution]:
    """Yield the attributions of an article in order of their verbs; one may lie in the content of another."""
    for passage in passages:
        if passage.tree.known:
            yield from _Sentence(passage, references).attributions()
        else:
            yield from _by_pattern(passage, references)


class _Sentence:
    """One sentence that was parsed."""

    def __init__(self, passage: ParsedSentence, references: References) -> None:
        self._passage = passage
        self._tree = passage.tree
        self._tokens = passage.tokens
        self._references = references

    def attributions(self) -> Iterator[Attribution]:
        """Yield what the sentence attributes."""
        for index, token in enumerate(self._tokens):
            if self._references.quotes(self._passage.at(token.start)):
                continue
            if token.text.casefold() == "according":
                found = self._according(index)
            elif token.tag.startswith("VB") and (base := base_of(token.text)) is not None:
                found = self._said(index, base)
            else:
                continue
            if found is not None:
                yield found

    def _said(self, index: int, base: str) -> Attribution | None:
        content = self._content(index, base)
        if content is None:
            return None
        auxiliaries = {self._tokens[i].text.casefold() for i in self._tree.children(index, "aux")}
        marks = {self._tokens[i].text.casefold() for i in self._tree.children(index, "mark")}
        if (auxiliaries & _NOT_YET and not self._tree.children(index, "neg")) or marks & {"if", "unless", "whether"}:
            return None  # "will say", "if he says": nobody has said it
        infinitive = "to" in auxiliaries
        above = self._tokens[self._tokens[index].head].text.casefold()
        if infinitive and above not in _NOT_SAID:
            return None  # "is expected to say": nobody has said it yet
        negated = infinitive or bool(self._tree.children(index, "neg"))
        speaker = self._speaker(index)
        if speaker.own is not None and speaker.own.casefold() in _NOBODY_AT_ALL:
            speaker, negated = speaker._replace(own=None), True
        return self._made(content, speaker, base, negated=negated)

    def _made(
        self, content: tuple[int, int], speaker: Speaker, verb: str, *, negated: bool = False
    ) -> Attribution | None:
        sure = round(speaker.sure * (1.0 if self._passage.role == "body" else 0.7), 2)
        found = _attribution(self._passage, content, speaker, verb, sure, negated=negated)
        direct = found and self._references.quotes(found.start) and self._references.quotes(found.end - 1)
        return None if direct else found

    def _content(self, index: int, base: str) -> tuple[int, int] | None:
        """Return where that stands which a verb puts forward."""
        clauses = self._tree.children(index, "ccomp")
        # "…; the paper, he said, does not": what stands before a semicolon is no part of it.
        clauses = [c for c in clauses if not (c < index and any(token.text == ";" for token in self._tokens[c:index]))]
        if clauses:
            places = [self._tree.extent(clause) for clause in clauses]
            first, last = min(place[0] for place in places), max(place[1] for place in places)
            # A clause that the parser hung around the verb itself ("Had they …, she told us, it would …") is whole.
            return self._tree.place(first, last)
        if self._tokens[index].relation == "parataxis":
            head = self._tokens[index].head
            return self._tree.place(*self._tree.extent(head))
        if base in _SHOWING:
            return None
        if base in _WITH_INFINITIVE and (wishes := self._tree.children(index, "xcomp")):
            return self._tree.place(*self._tree.extent(wishes[0]))
        if base in _WITH_OBJECT and (objects := self._tree.children(index, "dobj", "xcomp", "pcomp")):
            first, last = self._tree.extent(objects[0])
            for prep in self._tree.children(index, "prep") if base == "accuse" else []:
                last = max(last, self._tree.extent(prep)[1])
            return self._tree.place(first, last)
        return None

    def _speaker(self, index: int) -> Speaker:
        """Return who puts forward what the verb governs."""
        verb, steps = index, 0
        while steps < 5:
            if self._tree.children(verb, "auxpass") or self._tree.children(verb, "nsubjpass"):
                agents = self._tree.objects(verb, "by")
                return self._resolved(agents[0]) if agents else Speaker(None, 0.6)
            subjects = self._tree.children(verb, "nsubj")
            if subjects:
                subject = subjects[-1]
                if self._tokens[verb].relation == "relcl" and self._tokens[subject].text.casefold() in _NOBODY:
                    subject = self._tokens[verb].head
                return self._resolved(subject)
            token = self._tokens[verb]
            if token.relation in ("conj", "advcl", "xcomp", "pcomp", "dep", "aux") and token.head != verb:
                verb, steps = token.head, steps + 1
                if not self._tokens[verb].tag.startswith("VB") and token.relation != "pcomp":
                    break
                continue
            if token.relation in ("acl", "relcl") and token.head != verb:
                return self._resolved(token.head)
            break
        return Speaker(None, 0.5)

    def _resolved(self, index: int) -> Speaker:
        meaning = meant(self._passage, self._references, index)
        return Speaker(meaning.own, meaning.sure, link_of(self._passage, self._references, index, meaning))

    def _according(self, index: int) -> Attribution | None:
        objects = [child for prep in self._tree.children(index, "prep") for child in self._tree.children(prep, "pobj")]
        if not objects:
            return None
        speaker = self._resolved(objects[0])
        first, last = self._tree.extent(index)
        head = self._tokens[index].head
        while self._tokens[head].relation in ("aux", "auxpass"):
            head = self._tokens[head].head
        whole = self._tree.extent(head)
        if first <= whole[0]:
            whole = (last + 1, whole[1])
        elif last >= whole[1] or all(not self._tokens[i].text[:1].isalnum() for i in range(last + 1, whole[1] + 1)):
            whole = (whole[0], first - 1)
        if whole[0] > whole[1]:
            return None
        return self._made(self._tree.place(*whole), speaker, "according to")


def _by_pattern(passage: ParsedSentence, references: References) -> Iterator[Attribution]:
    text = passage.text
    trailing = _TRAILING.search(text)
    plain = _PLAIN_SPEECH.search(text)
    for match in [trailing] if trailing else [plain] if plain else []:
        if references.quotes(passage.at(match.start("verb"))):
            continue
        begins, ends = (0, match.start()) if trailing else (match.end(), len(text))
        who = (match.start("who"), match.start("verb")) if trailing else (0, match.start("verb"))
        yield from _pattern_made(passage, references, (begins, ends), who, base_of(match["verb"].split()[0]) or "say")
    for match in _ACCORDING.finditer(text):
        content = (match.end(), len(text)) if match.start() < 2 else (0, match.start())
        yield from _pattern_made(passage, references, content, match.span("who"), "according to")


def _pattern_made(
    passage: ParsedSentence, references: References, content: tuple[int, int], who: tuple[int, int], verb: str
) -> Iterator[Attribution]:
    voice = references.subject(passage.at(who[0]), passage.at(who[1]), nearest=True)
    link = references.link(voice.words, voice.bearer, voice.sure) if voice and voice.words and voice.bearer else None
    speaker = Speaker(voice.name if voice and not voice.words else None, 0.6, link)
    found = _attribution(passage, content, speaker, verb, speaker.sure)
    if found is not None:
        yield found


def _attribution(
    passage: ParsedSentence,
    content: tuple[int, int],
    speaker: Speaker,
    verb: str,
    sure: float,
    *,
    negated: bool = False,
) -> Attribution | None:
    """Return the attribution of what stands in a stretch, its edges left out; None where there is no word."""
    text = passage.text[slice(*content)]
    stripped = text.strip(EDGES)
    if not re.search(r"\w", stripped):
        return None
    start = content[0] + text.index(stripped)
    return Attribution(
        **passage.where(start, start + len(stripped)),
        value=f"{speaker.called}: {verb}",
        confidence=sure,
        speaker=speaker.own,
        speaker_link=speaker.link,
        verb=verb,
        negated=negated,
    )

"""Find the sentences of a summary that cannot be understood after the sentences before them.

A sentence that mentions "he", "the couple", "this plan" or "by then" is hard to read if no earlier sentence explains
the reference.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from summarise.article import read_claims
from summarise.data import Date, Facts, Name, Quotation, Span
from summarise.facts.amounts import singular
from summarise.facts.names import names
from summarise.facts.parser import Token, Tree, parsed_sentences
from summarise.facts.quotations import quoted
from summarise.facts.references import FEMININE, MASCULINE, ORGANISATIONS, genders, is_aged, is_person

_OWN_WORDS = re.compile(r"(?<![\w-])(?:[Ii]|[Ww]e|[Mm]y|[Oo]ur|me|us|[Ii]['’]\w+)(?![\w-])")
_OPENED = re.compile(r"(?:(?<=[\s(:])|^)(?:['‘]\s?(?=\w)|[“«]|``?(?=\s?\w))")
_CLOSED = re.compile(r"(?<=\S)['’”»](?!\w)|''| ['’](?!\w|\ss\b)")
_SUBJECTS = ("nsubj", "nsubjpass")
_COMPLEMENTS = frozenset({*_SUBJECTS, "dobj", "dative", "attr", "acomp", "oprd", "prep", "agent"})
# Verbs of captions.
_PICTURED = frozenset(
    """
    lift celebrate pose smile laugh grin wave walk jump leap dive slide skip stretch sprint warm arrive shake hug
    embrace kiss greet cuddle congratulate applaud salute cheer react gesture shout bark scream look stare gaze peer
    kneel crouch lean raise clutch cradle score slot kick head volley fire curl drill tap nod punch shield tackle tussle
    challenge dribble block wheel turn escape hit fall stumble power convert chase perform dance chat talk
    """.split()
)
# Adverbs that captions do not have.
_NOT_ONCE = frozenset(
    "every each always often usually regularly sometimes never still now today tomorrow tonight".split()
)


@dataclass(frozen=True, slots=True)
class PlacedSentence:
    """A sentence of a summary. `place`: its source in the article, if known. `of_model`: a model worded it."""

    text: str
    place: Span | None
    of_model: bool = False


@dataclass(frozen=True)
class SummarySentence:
    """A parsed sentence. Offsets of tokens, names and quotes are relative to its text.

    `first` and `last`: the indexes of its first and last source sentence. `parsed`: dependency relations are known.
    `said`: it consists of a speaker's name and words, from a transcript.
    """

    placed: PlacedSentence
    facts: Facts
    tokens: tuple[Token, ...]
    names: tuple[Name, ...]
    quotes: tuple[tuple[int, int], ...]
    first: int
    last: int
    parsed: bool
    said: bool = False

    @property
    def text(self) -> str:
        """The words of the sentence, as the summary shows them."""
        return self.placed.text

    @cached_property
    def tree(self) -> Tree:
        """The dependency tree."""
        return Tree(self.tokens)

    def quotes_at(self, position: int) -> bool:
        """Return whether a position is inside a quotation, or at its quotation marks."""
        return any(start <= position < end for start, end in self.quotes)

    def name_at(self, position: int) -> Name | None:
        """Return the name at a position."""
        return next((name for name in self.names if name.start <= position < name.end), None)

    @cached_property
    def spoken(self) -> bool:
        """Whether a first person ("I") occurs outside quotations, or the article quotes the sentence."""
        if any(not self.quotes_at(match.start()) for match in _OWN_WORDS.finditer(self.text)):
            return True
        place = self.placed.place
        if place is None or self.placed.of_model:
            return False
        return any(isinstance(fact, Quotation) and fact.contains(place) for fact in self.facts.facts)

    @cached_property
    def dated(self) -> bool:
        """Whether its source sentences contain a date."""
        return any(isinstance(fact, Date) and self.first <= fact.sentence <= self.last for fact in self.facts.facts)

    @cached_property
    def has_clause(self) -> bool:
        """Whether it contains a verb with a subject or complement."""
        governors = [self.tokens[token.head] for token in self.tokens if token.relation in _COMPLEMENTS]
        return self.parsed and any(governor.tag.startswith("VB") for governor in governors)

    @cached_property
    def is_caption(self) -> bool:
        """Whether the sentence describes a picture: "Lee lifts the trophy"."""
        if self.subject is None or self.quotes or _NOT_ONCE & {token.text.casefold() for token in self.tokens}:
            return False
        verb, name = self.tokens[self.subject].head, self.name_at(self.tokens[self.subject].start)
        if name is None or name.category != "person":
            return False
        start = self.tokens[self.tree.extent(self.subject)[0]].start
        if any(map(str.isalnum, self.text[:start])) or self.tree.children(verb, "ccomp", "aux", "auxpass"):
            return False
        return self.tokens[verb].tag in ("VBZ", "VBP") and singular(self.tree.word(verb)) in _PICTURED

    @cached_property
    def is_cut_off(self) -> bool:
        """Whether the speaker's words are missing: "Lee, who won the cup, said"."""
        words = [index for index, token in enumerate(self.tokens) if token.text[:1].isalnum()]
        last = words[-1] if words else 0
        if not self.parsed or self.quotes or not words or self.tokens[last].head != last:
            return False
        said = self.tree.word(last) in ("said", "says", "added", "explained") and self.tree.children(last, "nsubj")
        return bool(said) and not self.tree.children(last, "ccomp", "dobj", "auxpass", "nsubjpass", "csubjpass")

    @cached_property
    def subject(self) -> int | None:
        """The index of the main clause's subject, or None."""
        subjects = (
            index
            for index, token in enumerate(self.tokens)
            if token.relation in _SUBJECTS and self.tokens[token.head].relation == "ROOT"
        )
        return next(subjects, None) if self.parsed else None


class ParsedSentences:
    """Parses sentences about one article, each only once."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._read: dict[PlacedSentence, SummarySentence] = {}

    def of(self, placed: PlacedSentence) -> SummarySentence:
        """Return a parsed sentence."""
        if placed not in self._read:
            self._read[placed] = read(placed, self._facts)
        return self._read[placed]


def read(placed: PlacedSentence, facts: Facts) -> SummarySentence:
    """Parse a sentence about the article of `facts`."""
    text, place = placed.text, placed.place
    turn = None if place is None else facts.article.utterance_at(place.start)
    label = turn.label + "“" if turn else ""
    said = bool(label) and text.startswith(label) and text.endswith("”")
    # A speaker's words are parsed without the name.
    article = read_claims(" " * len(label) + text[len(label) : -1] if said else text)
    parts = parsed_sentences(article)
    tokens: list[Token] = []
    for part in parts:
        before, shift = len(tokens), part.start
        tokens += [
            replace(t, start=t.start + shift, end=t.end + shift, head=t.head + before if part.parsed else -1)
            for t in part.tokens
        ]
    sentences = facts.article.sentences
    inside = [i for i, sentence in enumerate(sentences) if place is not None and sentence.overlaps(place)] or [0]
    return SummarySentence(
        placed=placed,
        facts=facts,
        tokens=tuple(tokens),
        names=names(parts, rules=facts.parser == "rules", known=facts),
        quotes=((0, len(text)),) if said else _quotes(text, [(q.outer_start, q.outer_end) for q in quoted(article)]),
        said=said,
        first=inside[0],
        last=inside[-1],
        parsed=bool(parts) and all(part.parsed for part in parts),
    )


def _quotes(text: str, found: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the spans of quotations, including one that ends after the text."""
    for match in _OPENED.finditer(text):
        inside = any(start <= match.start() < end for start, end in found)
        if not inside and _CLOSED.search(text, match.end()) is None:
            return (*found, (match.start(), len(text)))
    return tuple(found)


_FULL_NAME = re.compile(r"[A-Z][\w.'’‘-]*(?:\s(?:[a-z]{1,3}\s)?[A-Z][\w.'’‘-]*)+")
# Words that relate a sentence to the one before.
_CONNECTIVE = re.compile(
    r"(?:(?:But|And|However|Meanwhile|In addition|Moreover|Furthermore|Additionally|Nevertheless|Nonetheless|Besides"
    r"|Still|Also|Yet|So|Thus|Therefore|Instead|Indeed|For (?:his|her|its|their) part"
    r"|On the other hand|By contrast|In contrast|In turn|As a result|For example|For instance|Even so|That said), "
    r"|But (?!for\b|also\b)|And (?!yet\b)|And yet |Yet (?=(?:the|he|she|it|they|there|no)\b)|Also (?=(?:on|in)\b))"
)
# Nouns for something mentioned before, perhaps by another word.
_EARLIER = frozenset(
    """
    change finding plan move decision proposal deal ruling result announcement allegation incident accident measure
    scheme offence claim charge order agreement vote law bill rule increase decrease rise fall cut complaint report
    study research attack explosion crash collapse fire death killing project programme campaign case trial appeal
    sentence payment letter document statement comment remark figure data matter issue problem event process cause
    reason answer reply equaliser goal match game tournament poll survey test loan contract money sum offer delay
    picture image photo photograph video footage clip film song album show episode book post tweet message interview
    shooting stabbing murder robbery incident raid arrest verdict lawsuit suit hearing investigation probe search
    ceremony wedding funeral meeting talks visit trip tour journey flight voyage device product item property site
    building house home car vehicle boat ship plane aircraft animal dog cat victory win defeat loss draw
    """.split()
)
# Nouns for groups of persons.
_GROUPS = frozenset("couple pair duo trio quartet family gang crew squad team side siblings force outfit giant".split())
# Nouns that need no explanation.
_KNOWN = frozenset(
    """
    temperature country world government public police state nation economy market internet media weather sea sun sky
    moon
    past future present time day week month year morning evening night end start beginning middle top first last same
    other rest majority most more number way ground people president pope queen king army military navy capital city
    town island region area north south east west law press opposition parliament election war peace climate
    environment summer winter spring autumn season half-time average fact truth floor air street road phone web
    """.split()
)
# Relations of words that identify a noun.
_IDENTIFYING = frozenset({"relcl", "prep", "acl", "appos", "compound", "nmod", "poss", "amod", "advmod", "npadvmod"})
_PERIODS = frozenset(
    "year week month summer season autumn spring winter weekend morning afternoon evening time".split()
)
_ALONE = re.compile(
    r"\W*(?P<words>Both|Another|Neither|Others|The others?|(?:One|Some|None|Most) of (?:them|those|these)|So did"
    r"|What (?:followed|happened)|The (?:latter|former)(?=,| (?:was|is|had|has|said)\b)|That['’]s|Here['’]?s?|Not that"
    r"|One(?= (?:said|told|wrote|added)\b))\b"
)
_IN_QUOTES = re.compile(r"[“\"‘«'](?P<word>He|She|It|They|This|That|These|Those|His|Her|Their|But|And|So)\b")
_IN_SPEECH = re.compile(r"^[^“]*+“(?P<word>He|She|It|They|This|That|These|Those|His|Her|Their|But|Then)\b")
_TIMES = re.compile(
    r"(?<![\w-])(?P<words>(?:by|before|since|until) then|(?:(?:on|at) )?th(?:at|e (?:same|following|next|previous)) "
    r"(?:day|evening|morning|night|afternoon|week|month|year|season|time|moment|point|period)|the day before"
    r"|at th(?:e|at) time|(?:then|earlier|later|afterwards|previously|subsequently)(?=,)|meanwhile|after that"
    r"|(?:days|weeks|months|hours|minutes|years) (?:earlier|later))(?![\w-])"
    r"|^\W*(?P<opening>Again|Now(?! \d)|Until now|After all|For a start|Elsewhere|Finally|Similarly|Likewise"
    r"|Afterwards|Later|Earlier)\b",
    re.IGNORECASE,
)
_DEMONSTRATIVES = frozenset("this that these those such".split())
# An "it" without antecedent.
_EMPTY = re.compile(
    r"it(?:(?: (?:is|was|will be|would be|has been|had been)| ?['’]s) (?:not )?(?:[a-z]+ly )?\w+ "
    r"(?:that|to|for|whether)\b| (?:is|was) [^,.;]{2,40}? (?:who|that)\b"
    r"| (?:took|takes|will take) .*?\b(?:for|to)\b| (?:seems|seemed|appears) )",
    re.IGNORECASE,
)
_IT_IS = re.compile(r"it(?: (?:is|was|will be|has been|had been)| ?['’]s)\b", re.IGNORECASE)


def unexplained(sentences: Sequence[PlacedSentence], facts: Facts) -> tuple[tuple[str, ...], ...]:
    """Return for each sentence the words that refer to something that no earlier sentence explains."""
    people, parsed = facts.once(People), facts.once(ParsedSentences)
    context, references = Context(people), []
    for placed in sentences:
        sentence = parsed.of(placed)
        continues = context.unbroken and context.follows(sentence) and not placed.of_model
        found = () if continues else tuple(_references(sentence, context))
        references.append(found)
        begins = context.opens(sentence) and not found and not placed.of_model
        context = context.after(sentence, unbroken=continues or begins)
    return tuple(references)


def readable(sentences: Sequence[PlacedSentence], facts: Facts) -> list[bool]:
    """Return for each sentence of a summary whether earlier sentences explain all its references."""
    return [not references for references in unexplained(sentences, facts)]


class People:
    """The people in one article. `full`: the names of those whose full name it has."""

    def __init__(self, facts: Facts) -> None:
        found = [fact for fact in facts.facts if isinstance(fact, Name) and fact.category == "person"]
        self.full = frozenset(name.value for name in found if is_full(name))
        self._genders = genders(facts.article.story, found)

    def fits(self, value: str, pronoun: str) -> bool:
        """Return whether a pronoun ("he", "she") may refer to the person with the name `value`."""
        gender = "f" if pronoun.casefold() in FEMININE else "m"
        return self._genders.get(value, gender) == gender


def is_full(name: Name) -> bool:
    """Return whether a person's name has at least two words with capitals."""
    return _FULL_NAME.fullmatch(name.text) is not None


@dataclass(frozen=True)
class Context:
    """The earlier sentences of a summary: the names in them (`mentioned`), their text, and the last sentence.

    `last_people`: the people named in the last sentence, or if it names nobody and continues the one before it, in
    that one. `unbroken`: the sentences are the beginning of the story, without a gap.
    """

    people: People
    mentioned: frozenset[str] = frozenset()
    text: str = ""
    last: SummarySentence | None = None
    last_people: frozenset[str] = frozenset()
    unbroken: bool = False

    def follows(self, sentence: SummarySentence) -> bool:
        """Return whether the source of a sentence is that of the last sentence, or comes directly after it."""
        place, last = sentence.placed.place, None if self.last is None else self.last.placed.place
        if self.last is None or last is None or place is None:
            return False
        source_at = sentence.facts.article.source_at
        if source_at(last.start) != source_at(place.start):
            return False
        return self.last.last <= sentence.first <= self.last.last + 1

    def opens(self, sentence: SummarySentence) -> bool:
        """Return whether a sentence is the summary's first and comes from the start of the article's story."""
        return not self.text and sentence.first <= (sentence.facts.article.opening or 0)

    def after(self, sentence: SummarySentence, *, unbroken: bool) -> "Context":
        """Return the context for the sentence that follows `sentence`."""
        named = frozenset(name.value for name in sentence.names if name.category == "person")
        return Context(
            people=self.people,
            mentioned=self.mentioned | {name.value for name in sentence.names},
            text=f"{self.text} {sentence.text}".strip(),
            last=sentence,
            last_people=named or (self.last_people if self.follows(sentence) else named),
            unbroken=unbroken,
        )


def mentions(text: str, noun: str) -> bool:
    """Return whether a text contains a noun, singular or plural."""
    single = singular(noun)
    words = re.escape(single.removesuffix("y")) + ("(?:y|ies)" if single.endswith("y") else "(?:s|es)?")
    return re.search(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE) is not None


def _references(sentence: SummarySentence, context: Context) -> Iterator[str]:
    """Yield references to things, unless the sentence continues the last one as in the article, and to people.

    In the first sentence of the story, times, nouns and names do not count.
    """
    opens = context.opens(sentence)
    if not context.follows(sentence):
        yield from _words(sentence, opens=opens)
        if not opens and not sentence.said:
            yield from _times(sentence)
            yield from _demonstratives(sentence, context)
            yield from _definite(sentence, context)
    yield from _pronouns(sentence, context)
    if not opens:
        yield from _surnames(sentence, context)


def _words(sentence: SummarySentence, *, opens: bool) -> Iterator[str]:
    """Yield words that make a sentence part of another text, and "it" and "they"."""
    text = sentence.text
    if sentence.said:
        yield from (match["word"] for match in [_IN_SPEECH.search(text)] if match)
        return
    if sentence.spoken:
        yield text
    elif sentence.quotes_at(0):
        if sentence.quotes[0][1] >= len(text.rstrip(" .'’")):
            yield text
        elif (match := _IN_QUOTES.match(text)) is not None:
            yield match["word"]
    elif not opens and (match := _ALONE.match(text)) is not None:
        yield match["words"]
    if (match := _CONNECTIVE.match(text)) is not None:
        yield match[0].strip(" ,")
    root = next((token for i, token in enumerate(sentence.tokens) if token.head == i), None)
    fragment = sentence.parsed and root is not None and root.tag.startswith("NN")
    # The parser may misread the first sentence of the story as a fragment.
    if fragment and not (opens and sentence.has_clause):
        yield text
    if not (opens and _introduces(sentence)):
        yield from _things(sentence, opens=opens)


def _times(sentence: SummarySentence) -> Iterator[str]:
    for match in _TIMES.finditer(sentence.text):
        # In a sentence with a date, such an expression hardly disturbs.
        is_noticeable = match.start() == 0 or not sentence.dated
        if is_noticeable and not sentence.quotes_at(match.start()):
            yield match["words"] or match["opening"]


def _things(sentence: SummarySentence, *, opens: bool) -> Iterator[str]:
    """Yield the first "it" and the first "they" without an antecedent in the sentence.

    If the sentence `opens` the story, "it is" needs no antecedent ("It is a year since").
    """
    for kind in (("it", "its", "itself"), ("they", "them", "their", "theirs", "themselves")):
        for index, token in enumerate(sentence.tokens):
            if token.text.casefold() not in kind or sentence.quotes_at(token.start):
                continue
            known = any(_may_mean(sentence, i, plural=kind[0] == "they") for i in range(index))
            phrase = _EMPTY.match(sentence.text, token.start) or (opens and _IT_IS.match(sentence.text, token.start))
            if not known and not phrase:
                yield token.text
            break


def _may_mean(sentence: SummarySentence, index: int, *, plural: bool) -> bool:
    """Return whether a token may be the antecedent of "they" (`plural`) or "it"."""
    token = sentence.tokens[index]
    if sentence.quotes_at(token.start) or not token.tag.startswith("N"):
        return False
    name = sentence.name_at(token.start)
    if name is not None and name.category == "person":
        return plural and bool(sentence.tree.children(index, "conj"))
    word = token.text.casefold()
    if token.entity.endswith(("DATE", "TIME")) or singular(word) in _PERIODS:
        return False
    return plural or not is_person(word)


def _demonstratives(sentence: SummarySentence, context: Context) -> Iterator[str]:
    for index, token in enumerate(sentence.tokens):
        word, noun = token.text.casefold(), sentence.tokens[token.head].text
        if token.tag != "DT" or word not in _DEMONSTRATIVES or sentence.quotes_at(token.start):
            continue
        if token.relation == "det":
            before = f"{context.text} {sentence.text[: token.start]}"
            if singular(noun.casefold()) not in _PERIODS and not mentions(before, noun):
                yield f"{token.text} {noun}"
        elif word != "those" and (
            token.relation == "dobj" or not any(other.tag.startswith("V") for other in sentence.tokens[:index])
        ):
            yield token.text


def _definite(sentence: SummarySentence, context: Context) -> Iterator[str]:
    """Yield the first noun with "the" that no earlier sentence mentions.

    A noun counts only if it is the subject, means people or companies, is in `_EARLIER`, or occurs in the article
    before the source of the sentence.
    """
    article = sentence.facts.article
    before = article.story[: article.sentences[sentence.first].start]
    for index, token in enumerate(sentence.tokens):
        noun, aged = singular(token.text), is_aged(sentence.tokens, index)
        if (token.tag not in ("NN", "NNS") and not aged) or not token.text.islower() or sentence.quotes_at(token.start):
            continue
        the = next((i for i in sentence.tree.children(index) if sentence.tree.word(i) == "the"), None)
        if the is None or {noun, token.text} & _KNOWN:
            continue
        if token.tag == "NNS" and sentence.text[token.end : token.end + 1] in ("'", "’"):
            continue  # "the women's race"
        start = sentence.tokens[the].start
        person = aged or is_person(noun) or noun in _GROUPS
        alike = person or noun in ORGANISATIONS
        explained = (
            mentions(f"{context.text} {sentence.text[:start]}", noun)
            or _identified(sentence, index, context, alike=alike)
            or (alike and _named_before(sentence, index, persons=person))
        )
        if not explained and (alike or noun in _EARLIER or index == sentence.subject or mentions(before, noun)):
            yield sentence.text[start : token.end]
            return


def _named_before(sentence: SummarySentence, index: int, *, persons: bool) -> bool:
    """Return whether a noun may refer to a name before it: "Acme will close a mill, the company said".

    Names in the noun's own clause do not count, nor its speaker: "Acme said the company would close".
    """
    clause = _clause(sentence, index)
    clauses = {clause}
    while sentence.tokens[clause].relation == "ccomp":
        clause = _clause(sentence, sentence.tokens[clause].head)
        clauses.add(clause)
    return any(
        (name := sentence.name_at(token.start)) is not None
        and (name.category == "person") == persons
        and name.category not in ("nationality", "place")
        and _clause(sentence, number) not in clauses
        for number, token in enumerate(sentence.tokens[:index])
    )


def _clause(sentence: SummarySentence, index: int) -> int:
    while not sentence.tokens[index].tag.startswith("V") and sentence.tokens[index].head not in (index, -1):
        index = sentence.tokens[index].head
    return index


def _identified(sentence: SummarySentence, index: int, context: Context, *, alike: bool) -> bool:
    """Return whether the dependents of a noun identify it: "the owner of a mill", "the summer season".

    For people and companies (`alike`), adjectives and nouns before the noun do not: "the young midfielder". Nor do
    words after a comma ("the 24-year-old, who"), phrases with an unexplained noun ("the owner of the mill"), or times
    ("the opening on Monday").
    """
    after = sentence.text[sentence.tokens[index].end :]
    for child in sentence.tree.children(index):
        token = sentence.tokens[child]
        relation = token.relation
        if relation not in _IDENTIFYING or (relation == "amod" and not token.capital):
            continue
        if alike and relation in ("amod", "compound", "nmod", "advmod", "npadvmod"):
            continue
        if after.startswith(",") and relation in ("relcl", "acl", "prep"):
            continue
        if relation == "appos" and sentence.name_at(token.start) is None:
            continue
        if relation == "prep" and not _tells_which(sentence, child, context):
            continue
        return True
    return re.match(r" [A-Z(]|-", after) is not None


def _tells_which(sentence: SummarySentence, preposition: int, context: Context) -> bool:
    """Return whether the object of a preposition needs no explanation and is not a time."""
    for index in sentence.tree.children(preposition):
        token = sentence.tokens[index]
        if token.entity.endswith(("DATE", "TIME")):
            return False
        definite = any(sentence.tree.word(i) in ("the", "this", "its", "their") for i in sentence.tree.children(index))
        if definite and token.text.islower() and token.text not in _KNOWN and not mentions(context.text, token.text):
            tells = sentence.tree.children(index, "relcl")
            return bool(tells) or any(sentence.name_at(sentence.tokens[i].start) for i in sentence.tree.children(index))
    return True


def _pronouns(sentence: SummarySentence, context: Context) -> Iterator[str]:
    """Yield pronouns for people that neither their sentence nor the one before it in the article explains.

    The first sentence of the story may name the person after the pronoun.
    """
    if context.opens(sentence) and _introduces(sentence):
        return
    before = context.last_people if context.follows(sentence) else frozenset()
    for gender in (MASCULINE, FEMININE):
        for index, token in enumerate(sentence.tokens):
            pronoun = token.text.casefold()
            if pronoun in gender and token.tag.startswith("PRP") and not sentence.quotes_at(token.start):
                known = any(context.people.fits(person, pronoun) for person in before)
                if not known and not _explained(sentence, index, context.people):
                    yield token.text
                break


def _introduces(sentence: SummarySentence) -> bool:
    """Return whether a sentence begins with another word than a pronoun, or names a person or organisation."""
    first = next((token for token in sentence.tokens if token.text[:1].isalnum()), None)
    begins = first is not None and first.tag.startswith("PRP")
    return not begins or any(name.category in ("person", "organisation") for name in sentence.names)


def _surnames(sentence: SummarySentence, context: Context) -> Iterator[str]:
    """Yield surnames of people whose full name is in the article, but not in the summary so far."""
    # In a compound, such as "the Knox family", a name needs no explanation.
    compounds = {token.end for token in sentence.tokens if token.relation == "compound"}
    known = context.mentioned | {name.value for name in sentence.names if is_full(name)}
    for name in sentence.names:
        unknown = name.category == "person" and name.value in context.people.full - known
        if unknown and name.end not in compounds and not sentence.quotes_at(name.start):
            yield name.text


def _explained(sentence: SummarySentence, here: int, people: People) -> bool:
    """Return whether the pronoun at the index `here` may refer to a person in its sentence.

    The person must come before the pronoun or be the subject of the sentence ("In his speech, Lee said").
    """
    pronoun = sentence.tokens[here]
    for index, token in enumerate(sentence.tokens):
        behind = index > here and index != sentence.subject
        if sentence.quotes_at(token.start) or index == here or behind:
            continue
        if here == sentence.subject and token.relation not in _SUBJECTS:
            continue  # "A successful swimmer, she …": the noun describes her
        if sentence.parsed and pronoun.tag == "PRP$" and pronoun.head == index:
            continue  # "His father": the father is another person
        if _a_person(sentence, index, pronoun.text, people):
            return True
    return False


def _a_person(sentence: SummarySentence, index: int, pronoun: str, people: People) -> bool:
    token = sentence.tokens[index]
    name = sentence.name_at(token.start)
    if name is not None and name.category == "person":
        return people.fits(name.value, pronoun)
    if name is not None or token.tag.startswith("NNP"):
        return token.entity.endswith("PERSON")
    if token.relation in ("poss", "compound", "nmod"):
        return False  # "the prosecutor's office said he"
    determiners = [sentence.tree.word(i) for i in sentence.tree.children(index, "det")]
    new = token.relation in _SUBJECTS and determiners[:1] in (["a"], ["an"])
    return is_aged(sentence.tokens, index) or (token.tag[:1] == "N" and (new or is_person(token.text.casefold())))

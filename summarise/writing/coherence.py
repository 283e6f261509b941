"""Find sentences of a summary with references ("he", "this plan", "by then") that no earlier sentence explains."""

import re
from collections import Counter
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
from summarise.facts.salience import EXPLETIVE, FINITE, is_personal

_OWN_WORDS = re.compile(r"(?<![\w-])(?:[Ii]|[Ww]e|[Mm]y|[Oo]ur|me|us|[Ii]['’]\w+)(?![\w-])")
_OPENED = re.compile(r"(?:(?<=[\s(:])|^)(?:['‘]\s?(?=\w)|[“«]|``?(?=\s?\w))")
_CLOSED = re.compile(r"(?<=\S)['’”»](?!\w)|''| ['’](?!\w|\ss\b)")
# The end of a quotation that began in an earlier sentence.
_ENDS = re.compile(r"[.,!?]['’][ .]*$")
_SUBJECTS = ("nsubj", "nsubjpass")
_COMPLEMENTS = frozenset({*_SUBJECTS, "dobj", "dative", "attr", "acomp", "oprd", "prep", "agent"})
# Relations of auxiliary and modifying verbs.
_NO_CLAUSE = frozenset({"aux", "auxpass", "amod", "compound", "punct", "case", "prep", "quantmod"})
# Verbs of captions.
_PICTURED = frozenset(
    """
    lift celebrate pose smile laugh grin wave walk jump leap dive slide skip stretch sprint warm arrive shake hug
    embrace kiss greet cuddle congratulate applaud salute cheer react gesture shout bark scream look stare gaze peer
    kneel crouch lean raise clutch cradle score slot kick head volley fire curl drill tap nod punch shield tackle tussle
    challenge dribble block wheel turn escape hit fall stumble power convert chase perform dance chat talk
    """.split()
)
# A position in a picture.
_SIDE = re.compile(r"\((?:[\w -]{0,20}\b)?(?:left|right|centre|center|middle|pictured|above|below)\b[^()]{0,20}\)")
# Adverbs that captions do not have.
_NOT_ONCE = frozenset(
    "every each always often usually regularly sometimes never still now today tomorrow tonight".split()
)


@dataclass(frozen=True, slots=True)
class PlacedSentence:
    """A sentence of a summary. `place`: its source in the article, if known. `of_model`: whether a model worded it."""

    text: str
    place: Span | None
    of_model: bool = False


@dataclass(frozen=True)
class SummarySentence:
    """A parsed sentence. Offsets of tokens, names and quotes are relative to its text.

    `first` and `last`: the indexes of its first and last source sentence. `parsed`: whether the dependency
    relations are known. `is_utterance`: whether the text is a speaker's name and words, from a transcript.
    """

    placed: PlacedSentence
    facts: Facts
    tokens: tuple[Token, ...]
    names: tuple[Name, ...]
    quotes: tuple[tuple[int, int], ...]
    first: int
    last: int
    parsed: bool
    is_utterance: bool = False

    @property
    def text(self) -> str:
        """The sentence as the summary shows it."""
        return self.placed.text

    @cached_property
    def tree(self) -> Tree:
        """The dependency tree."""
        return Tree(self.tokens)

    def quotes_at(self, position: int) -> bool:
        """Return whether a position is inside a quotation, or at its quotation marks."""
        return any(start <= position < end for start, end in self.quotes)

    @cached_property
    def in_first_person(self) -> bool:
        """Whether it has "I" or "we" outside quotations."""
        return any(not self.quotes_at(match.start()) for match in _OWN_WORDS.finditer(self.text))

    @cached_property
    def in_quotation(self) -> bool:
        """Whether it consists only of words that the article quotes."""
        place = self.placed.place
        if place is None or self.placed.of_model:
            return False
        return any(isinstance(fact, Quotation) and fact.contains(place) for fact in self.facts.facts)

    @cached_property
    def dated(self) -> bool:
        """Whether its source sentences contain a date."""
        return any(isinstance(fact, Date) and self.first <= fact.sentence <= self.last for fact in self.facts.facts)

    def name_at(self, position: int) -> Name | None:
        """Return the name that contains a position, or None."""
        return next((name for name in self.names if name.start <= position < name.end), None)

    def is_first(self, position: int) -> bool:
        """Return whether no word of the sentence precedes a position."""
        return not any(character.isalnum() for character in self.text[:position])

    @cached_property
    def has_clause(self) -> bool:
        """Whether it contains a verb with a subject or complement."""
        governors = [self.tokens[token.head] for token in self.tokens if token.relation in _COMPLEMENTS]
        return self.parsed and any(t.tag.startswith("VB") and t.relation not in _NO_CLAUSE for t in governors)

    @cached_property
    def is_fragment(self) -> bool:
        """Whether its head is a noun, and no verb outside relative clauses is finite."""
        root = next((token for index, token in enumerate(self.tokens) if token.head == index), None)
        if not self.parsed or root is None or not root.tag.startswith("NN"):
            return False
        return all(any(self.tokens[head].relation == "relcl" for head in self._heads(index)) for index in self.finite)

    @cached_property
    def finite(self) -> list[int]:
        """The indexes of its finite verbs, as the parser tags them."""
        return [index for index, token in enumerate(self.tokens) if token.tag in FINITE]

    def _heads(self, index: int) -> Iterator[int]:
        """Yield a token, its head, and so on, up to the root."""
        yield index
        while (head := self.tokens[index].head) != index:
            yield (index := head)

    @cached_property
    def is_caption(self) -> bool:
        """Whether the sentence describes a picture: "Lee lifts the trophy"."""
        verb = next((index for index, token in enumerate(self.tokens) if token.head == index), 0)
        doer = verb - 1 if self.subject is None else self.subject
        if not self.parsed or doer < 0 or self.quotes or not self._is_person(self.tokens[doer]):
            return False
        if self.tokens[verb].tag not in ("VBZ", "VBP") or self.tree.children(verb, "ccomp", "aux", "auxpass"):
            return False
        if not self.is_first(self.tokens[self.tree.extent(doer)[0]].start):
            return False
        seen = singular(self.tree.word(verb)) in _PICTURED or _SIDE.search(self.text) is not None
        return seen and not _NOT_ONCE & {token.text.casefold() for token in self.tokens}

    @cached_property
    def is_cut_off(self) -> bool:
        """Whether the speaker's words are missing: "Lee, who won the cup, said"."""
        words = [index for index, token in enumerate(self.tokens) if token.text[:1].isalnum()]
        last = words[-1] if words else 0
        if not self.parsed or self.quotes or not words or self.tokens[last].head != last:
            return False
        said = self.tree.word(last) in ("said", "says", "added", "explained") and self.tree.children(last, "nsubj")
        return bool(said) and not self.tree.children(last, "ccomp", "dobj", "auxpass", "nsubjpass", "csubjpass")

    def _is_person(self, token: Token) -> bool:
        name = self.name_at(token.start)
        return token.entity.endswith("PERSON") or (name is not None and name.category == "person")

    @cached_property
    def subject(self) -> int | None:
        """The index of the main clause's subject, or None. Subjects in quotations do not count."""
        if not self.parsed:
            return None
        for index, token in enumerate(self.tokens):
            main = self.tokens[token.head].relation == "ROOT"
            if token.relation in _SUBJECTS and main and not self.quotes_at(token.start):
                return index
        return None


class ParsedSentences:
    """Parses sentences about one article, each only once."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._read: dict[PlacedSentence, SummarySentence] = {}

    def of(self, placed: PlacedSentence) -> SummarySentence:
        """Parse a sentence, or return the earlier result."""
        if placed not in self._read:
            self._read[placed] = read(placed, self._facts)
        return self._read[placed]


def read(placed: PlacedSentence, facts: Facts) -> SummarySentence:
    """Parse a sentence of a summary. `facts`: the facts of its article."""
    utterance = None if placed.place is None else facts.article.utterance_at(placed.place.start)
    label = utterance.label + "“" if utterance else ""
    is_utterance = bool(label) and placed.text.startswith(label) and placed.text.endswith("”")
    # A speaker's words are parsed without the name.
    article = read_claims(" " * len(label) + placed.text[len(label) : -1] if is_utterance else placed.text)
    parts = parsed_sentences(article)
    tokens: list[Token] = []
    for part in parts:
        before, shift = len(tokens), part.start
        tokens += [
            replace(t, start=t.start + shift, end=t.end + shift, head=t.head + before if part.parsed else -1)
            for t in part.tokens
        ]
    sentences, place = facts.article.sentences, placed.place
    inside = [i for i, sentence in enumerate(sentences) if place is not None and sentence.overlaps(place)] or [0]
    return SummarySentence(
        placed=placed,
        facts=facts,
        tokens=tuple(tokens),
        names=names(parts, rules=facts.parser == "rules", known=facts),
        quotes=((0, len(placed.text)),)
        if is_utterance
        else _quotes(placed.text, [(quotation.outer_start, quotation.outer_end) for quotation in quoted(article)]),
        is_utterance=is_utterance,
        first=inside[0],
        last=inside[-1],
        parsed=bool(parts) and all(part.parsed for part in parts),
    )


def _quotes(text: str, found: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the spans of complete quotations (`found`), and of one that begins or ends outside the text."""
    for match in _OPENED.finditer(text):
        inside = any(start <= match.start() < end for start, end in found)
        if not inside and _CLOSED.search(text, match.end()) is None:
            return (*found, (match.start(), len(text)))
    if (text.count('"') % 2 == 1 or text.count("”") > text.count("“") or _ENDS.search(text)) and not found:
        return ((0, len(text)),)
    return tuple(found)


# Minimum confidence of a person's name.
_SURE = 0.7
_FULL_NAME = re.compile(r"[A-Z][\w.'’‘-]*(?: (?:[a-z]{1,3} )?[A-Z][\w.'’‘-]*)+")
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
# Nouns for one of many persons: "the Ireland international".
_MANY = frozenset("international midfielder striker defender forward player star native actor actress singer".split())
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
_SPANS = frozenset("year years month months week weeks day days hour hours minute minutes decade decades".split())
_DEMONSTRATIVES = frozenset("this that these those such".split())
_IT_IS = re.compile(r"it(?: (?:is|was|will be|has been|had been)| ?['’]s)\b", re.IGNORECASE)


def unexplained(sentences: Sequence[PlacedSentence], facts: Facts) -> tuple[tuple[str, ...], ...]:
    """Return for each sentence the words ("he", "this plan") for something that no earlier sentence explains."""
    names, parsed = facts.once(ArticleNames), facts.once(ParsedSentences)
    context, references = Context(), []
    for placed in sentences:
        sentence = parsed.of(placed)
        continues = context.unbroken and context.follows(sentence) and not placed.of_model
        found = () if continues else tuple(_references(sentence, context, names))
        references.append(found)
        begins = context.opens(sentence, names) and not found and not placed.of_model
        context = context.after(sentence, unbroken=continues or begins)
    return tuple(references)


def readable(sentences: Sequence[PlacedSentence], facts: Facts) -> list[bool]:
    """Return for each sentence of a summary whether earlier sentences explain all its references."""
    return [not references for references in unexplained(sentences, facts)]


class ArticleNames:
    """The full names and the genders of the people in one article. `personal`: see `is_personal`."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        found = [fact for fact in facts.facts if isinstance(fact, Name) and fact.category == "person"]
        # The index of the first sentence of the story.
        self.lead = facts.article.opening or 0
        self.personal = is_personal(facts.article)
        self._people = sorted(found, key=lambda name: name.start)
        self._genders = genders(facts.article.story, found)
        self._full: dict[str, str] = {}
        forms: dict[str, Counter[str]] = {}
        for name in found:
            if is_full(name) and name.confidence >= _SURE and facts.article.sentences[name.sentence].role == "body":
                forms.setdefault(name.value, Counter())[_flat(name)] += 1
        self._full = {value: max(used, key=lambda form: used[form]) for value, used in forms.items()}

    def fits(self, value: str, pronoun: str) -> bool:
        """Return whether a pronoun ("he", "she") may refer to the person with the name `value`."""
        gender = "f" if pronoun.casefold() in FEMININE else "m"
        return self._genders.get(value, gender) == gender

    def last_before(self, index: int, pronoun: str) -> str | None:
        """Return the last person named in the story before a sentence whom a pronoun fits, or None."""
        return next(
            (name.value for name in reversed(self._people) if name.sentence < index and self.fits(name.value, pronoun)),
            None,
        )

    def full(self, value: str) -> str | None:
        """Return the most frequent form of a person's full name, or None."""
        return self._full.get(value)


def is_full(name: Name) -> bool:
    """Return whether a person's name has at least two capitalised words."""
    return _FULL_NAME.fullmatch(_flat(name)) is not None


def _flat(name: Name) -> str:
    return " ".join(name.text.split())


@dataclass(frozen=True)
class Context:
    """The earlier sentences of a summary: the names in them (`mentioned`), their text, and the last sentence.

    `everybody`: the people among the names. `people`: those named in the last sentence. If it names nobody, those of
    the sentence before it, provided that the two are also neighbours in the article.
    `unbroken`: the sentences are the beginning of the story, without a gap.
    """

    mentioned: frozenset[str] = frozenset()
    text: str = ""
    last: SummarySentence | None = None
    everybody: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    unbroken: bool = False

    def follows(self, sentence: SummarySentence) -> bool:
        """Return whether a sentence's source is that of `last`, or the next sentence of the article."""
        place, last = sentence.placed.place, None if self.last is None else self.last.placed.place
        if self.last is None or last is None or place is None:
            return False
        source_at = sentence.facts.article.source_at
        if source_at(last.start) != source_at(place.start):
            return False
        return self.last.last <= sentence.first <= self.last.last + 1

    def opens(self, sentence: SummarySentence, names: ArticleNames) -> bool:
        """Return whether a sentence is the summary's first and comes from the start of the article's story."""
        return not self.text and sentence.first <= names.lead

    def has(self, noun: str) -> bool:
        """Return whether an earlier sentence `mentions` a noun."""
        return mentions(self.text, noun)

    def after(self, sentence: SummarySentence, *, unbroken: bool) -> "Context":
        """Return the context for the sentence that follows `sentence`."""
        named = [name for name in sentence.names if name.category != "nationality"]
        people = {name.value for name in named if name.category == "person"}
        return Context(
            mentioned=self.mentioned | {name.value for name in named},
            text=f"{self.text} {sentence.text}".strip(),
            last=sentence,
            everybody=self.everybody | people,
            people=frozenset(people or (self.people if self.follows(sentence) else ())),
            unbroken=unbroken,
        )


def mentions(text: str, noun: str) -> bool:
    """Return whether a text contains a noun, singular or plural."""
    single = singular(noun)
    words = re.escape(single.removesuffix("y")) + ("(?:y|ies)" if single.endswith("y") else "(?:s|es)?")
    return bool(
        re.search(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE) or re.search(rf"(?<!\w){re.escape(noun)}(?!\w)", text)
    )


def _references(sentence: SummarySentence, context: Context, names: ArticleNames) -> Iterator[str]:
    yield from _other_references(sentence, context, names)
    yield from _pronouns(sentence, context, names)
    yield from _surnames(sentence, context, names)


def _other_references(sentence: SummarySentence, context: Context, names: ArticleNames) -> Iterator[str]:
    """Yield references to other things than people ("it", "this plan"), and unclear fragments and quotations."""
    if context.follows(sentence):
        return
    if sentence.is_utterance:
        yield from (match["word"] for match in [_IN_SPEECH.search(sentence.text)] if match)
        return
    opens = context.opens(sentence, names)
    if sentence.in_quotation or (sentence.in_first_person and not names.personal):
        yield sentence.text
    elif sentence.quotes_at(0):
        if sentence.quotes[0][1] >= len(sentence.text.rstrip(" .'’")):
            yield sentence.text
        elif (match := _IN_QUOTES.match(sentence.text)) is not None:
            yield match["word"]
    elif not opens and (match := _ALONE.match(sentence.text)) is not None:
        yield match["words"]
    if (match := _CONNECTIVE.match(sentence.text)) is not None:
        yield match[0].strip(" ,")
    # The parser may take the main verb of the story's first sentence for that of a relative clause.
    if sentence.is_fragment and not (opens and sentence.finite) and not sentence.text.startswith("("):
        yield sentence.text
    if not (opens and _introduces(sentence)):
        yield from _things(sentence, opens=opens)
    if not opens:
        yield from _times(sentence)
        yield from _demonstratives(sentence, context)
        yield from _definite(sentence, context, names)


def _times(sentence: SummarySentence) -> Iterator[str]:
    for match in _TIMES.finditer(sentence.text):
        # "By then" is clear enough in a sentence with a date, except at the start.
        is_noticeable = match.start() == 0 or not sentence.dated
        if is_noticeable and not sentence.quotes_at(match.start()):
            yield match["words"] or match["opening"]


def _things(sentence: SummarySentence, *, opens: bool) -> Iterator[str]:
    """Yield the first "it" and the first "they" for which the sentence has no possible antecedent before it."""
    for kind in (("it", "its", "itself"), ("they", "them", "their", "theirs", "themselves")):
        for index, token in enumerate(sentence.tokens):
            if token.text.casefold() not in kind or sentence.quotes_at(token.start):
                continue
            plural = kind[0] == "they"
            known = any(_may_be_antecedent(sentence, i, plural=plural) for i in range(index))
            phrase = EXPLETIVE.match(sentence.text, token.start) or (opens and _IT_IS.match(sentence.text, token.start))
            if not known and not phrase:
                yield token.text
            break


def _may_be_antecedent(sentence: SummarySentence, index: int, *, plural: bool) -> bool:
    token = sentence.tokens[index]
    if sentence.quotes_at(token.start) or not token.tag.startswith("N"):
        return False
    word, name = token.text.casefold(), sentence.name_at(token.start)
    if name is not None and name.category == "person":
        return plural and bool(sentence.tree.children(index, "conj"))
    if singular(word) in _PERIODS | _SPANS or token.entity.endswith(("DATE", "TIME")):
        return False
    return plural or not is_person(word)


def _demonstratives(sentence: SummarySentence, context: Context) -> Iterator[str]:
    for index, token in enumerate(sentence.tokens):
        word, noun = token.text.casefold(), sentence.tokens[token.head].text
        if token.tag != "DT" or word not in _DEMONSTRATIVES or sentence.quotes_at(token.start):
            continue
        if token.relation == "det":
            known = singular(noun.casefold()) in _PERIODS or context.has(noun)
            if not known and not mentions(sentence.text[: token.start], noun):
                yield f"{token.text} {noun}"
        elif word != "those" and (
            token.relation == "dobj" or not any(other.tag.startswith("V") for other in sentence.tokens[:index])
        ):
            yield token.text


def _definite(sentence: SummarySentence, context: Context, names: ArticleNames) -> Iterator[str]:
    """Yield the first noun with "the" ("the mill") that needs an explanation and has none."""
    article = names.facts.article
    before = article.story[: article.sentences[sentence.first].start]
    for index, token in enumerate(sentence.tokens):
        noun, aged = singular(token.text), is_aged(sentence.tokens, index)
        if (token.tag not in ("NN", "NNS") and not aged) or not token.text.islower() or sentence.quotes_at(token.start):
            continue
        the = next((i for i in sentence.tree.children(index) if sentence.tree.word(i) == "the"), None)
        if the is None or {noun, token.text} & _KNOWN:
            continue
        if token.tag == "NNS" and re.match(r"['’]", sentence.text[token.end :]):
            continue  # "the women's race"
        person = aged or is_person(noun) or noun in _GROUPS | _MANY
        is_agent, start = person or noun in ORGANISATIONS, sentence.tokens[the].start
        if (
            context.has(noun)
            or mentions(sentence.text[:start], noun)
            or _identified(sentence, index, context, is_agent=is_agent)
        ):
            continue
        if is_agent and not aged and _named_before(sentence, index, persons=person):
            continue
        if is_agent or noun in _EARLIER or index == sentence.subject or mentions(before, noun):
            yield sentence.text[start : token.end]
            return


def _named_before(sentence: SummarySentence, index: int, *, persons: bool) -> bool:
    """Return whether a noun may refer to a name before it: "Acme will close a mill, the company said"."""
    clause = _clause(sentence, index)
    others = {clause}
    while sentence.tokens[clause].relation == "ccomp":
        clause = _clause(sentence, sentence.tokens[clause].head)
        others.add(clause)
    return any(
        (name := sentence.name_at(token.start)) is not None
        and (name.category == "person") == persons
        and name.category not in ("nationality", "place")
        and not sentence.quotes_at(token.start)
        and _clause(sentence, number) not in others
        for number, token in enumerate(sentence.tokens[:index])
    )


def _clause(sentence: SummarySentence, index: int) -> int:
    while not sentence.tokens[index].tag.startswith("V") and sentence.tokens[index].head not in (index, -1):
        index = sentence.tokens[index].head
    return index


def _identified(sentence: SummarySentence, index: int, context: Context, *, is_agent: bool) -> bool:
    """Return whether the dependents of a noun identify it: "the owner of a mill", "the summer season".

    Words after a comma, phrases whose noun is itself not identified, and times are ignored. `is_agent`: the noun is a
    person or a company; then adjectives and nouns before it are ignored, too ("the young midfielder").
    """
    end = sentence.tokens[index].end
    for child in sentence.tree.children(index):
        token = sentence.tokens[child]
        if token.relation not in _IDENTIFYING or (token.relation == "amod" and not token.capital):
            continue
        if is_agent and token.relation in ("amod", "compound", "nmod", "advmod", "npadvmod"):
            continue
        if token.relation in ("relcl", "acl", "prep") and sentence.text[end : end + 1] == ",":
            continue
        if token.relation == "appos" and sentence.name_at(token.start) is None:
            continue
        if token.relation == "prep" and not _identifies(sentence, child, context):
            continue
        return True
    return re.match(r" [A-Z(]|-", sentence.text[end:]) is not None


def _identifies(sentence: SummarySentence, preposition: int, context: Context) -> bool:
    for index in sentence.tree.children(preposition):
        token = sentence.tokens[index]
        if token.entity.endswith(("DATE", "TIME")):
            return False
        definite = any(sentence.tree.word(i) in ("the", "this", "its", "their") for i in sentence.tree.children(index))
        if definite and token.text.islower() and token.text not in _KNOWN and not context.has(token.text):
            return bool(sentence.tree.children(index, "relcl")) or any(
                sentence.name_at(sentence.tokens[i].start) for i in sentence.tree.children(index)
            )
    return True


def _pronouns(sentence: SummarySentence, context: Context, names: ArticleNames) -> Iterator[str]:
    """Yield pronouns ("he") that fit no person in their sentence or the one before, nor exactly one of the summary."""
    if context.opens(sentence, names) and _introduces(sentence):
        return
    for token in _first_pronouns(sentence):
        behind = context.follows(sentence) and any(names.fits(person, token.text) for person in context.people)
        # The article and the summary so far mean the same person.
        fitting = {person for person in context.everybody if names.fits(person, token.text)}
        only = len(fitting) == 1 and fitting == {names.last_before(sentence.first, token.text)}
        if not (behind or only) and not _explained(sentence, token, names, opens=context.opens(sentence, names)):
            yield token.text


def _introduces(sentence: SummarySentence) -> bool:
    first = next((token for token in sentence.tokens if token.text[:1].isalnum()), None)
    begins = first is not None and first.tag.startswith("PRP")
    return not begins or any(name.category in ("person", "organisation") for name in sentence.names)


def _surnames(sentence: SummarySentence, context: Context, names: ArticleNames) -> Iterator[str]:
    """Yield surnames of people whose full name is in the article, but not in the summary so far."""
    if context.opens(sentence, names):
        return
    for name in sentence.names:
        full = names.full(name.value)
        if name.category != "person" or full is None or name.value in context.mentioned or is_full(name):
            continue
        if not sentence.quotes_at(name.start) and not _in_compound(sentence, name) and full not in sentence.text:
            yield name.text


def _explained(sentence: SummarySentence, pronoun: Token, names: ArticleNames, *, opens: bool) -> bool:
    """Return whether a pronoun may refer to a person before it, or to the subject ("In his speech, Lee said")."""
    here = sentence.tokens.index(pronoun)
    governor = pronoun.head if sentence.parsed else -1
    a_subject, begins = pronoun.relation in _SUBJECTS, here == sentence.subject
    for index, token in enumerate(sentence.tokens):
        subject = token.relation in _SUBJECTS
        behind = index > here and index != sentence.subject and not (opens and subject)
        if sentence.quotes_at(token.start) or index == here or behind:
            continue
        if sentence.parsed and pronoun.tag == "PRP$" and governor == index:
            continue  # "His father": the father is another person
        if begins and not subject:
            continue  # "A successful swimmer, she …": the noun describes her
        if subject and token.head == governor and pronoun.tag == "PRP" and not a_subject:
            continue  # "No witness has contradicted him": he is no witness
        if _may_be_referent(sentence, index, pronoun.text, names):
            return True
    return False


def _may_be_referent(sentence: SummarySentence, index: int, pronoun: str, names: ArticleNames) -> bool:
    token = sentence.tokens[index]
    name = sentence.name_at(token.start)
    if name is not None:
        return names.fits(name.value, pronoun) if name.category == "person" else token.entity == "B-PERSON"
    if token.tag.startswith("NNP"):
        return token.entity.endswith("PERSON")
    if token.relation in ("poss", "compound", "nmod"):
        return False  # "the prosecutor's office said he"
    return is_aged(sentence.tokens, index) or (token.tag[:1] == "N" and is_person(token.text.casefold()))


def _first_pronouns(sentence: SummarySentence) -> Iterator[Token]:
    for gender in (MASCULINE, FEMININE):
        for token in sentence.tokens:
            if token.text.casefold() in gender and token.tag.startswith("PRP") and not sentence.quotes_at(token.start):
                yield token
                break


def _in_compound(sentence: SummarySentence, name: Name) -> bool:
    if name.end < len(sentence.text) and sentence.text[name.end] in "-‐‑":
        return True
    last = next((token for token in sentence.tokens if token.end == name.end), None)
    return last is not None and last.relation == "compound"

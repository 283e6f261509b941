"""What a sentence leans on and the summary has not told: "he", "the couple", "this", "its president", "by then".

Resolves nothing: it tells which words a reader would have to ask about. A sentence that stands behind the article's
sentence before it leans on nothing.
"""

import re
from collections.abc import Iterator

from summarise.facts.figures import singular
from summarise.facts.persons import ORGANISATIONS, is_aged, is_person
from summarise.writing.coherence.article_names import ArticleNames
from summarise.writing.coherence.discourse_state import DiscourseState, tells
from summarise.writing.coherence.parsed_summary import ParsedSentenceOfSummary
from summarise.writing.coherence.proposals import Leaning

_BACK = frozenset(
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
"""Nouns of things that were told of before, whatever they were called there."""
_MANY = frozenset("international midfielder striker defender forward player star native actor actress singer".split())
"""Nouns for persons of whom a team or a place has many: "the Ireland international" may be any of them."""
_GROUPS = frozenset("couple pair duo trio quartet family gang crew squad team side siblings force outfit giant".split())
"""Nouns for persons together."""
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
"""What everybody knows, or what says itself which one is meant."""
_TELLING = frozenset({"relcl", "prep", "acl", "appos", "compound", "nmod", "poss", "amod", "advmod", "npadvmod"})
"""Arcs of words that say which one is meant."""
_PERIODS = frozenset(
    "year week month summer season autumn spring winter weekend morning afternoon evening time".split()
)
_ALONE = re.compile(
    r"\W*(?P<words>Both|Another|Neither|Others|The others?|(?:One|Some|None|Most) of (?:them|those|these)|So did"
    r"|What (?:followed|happened)|The (?:latter|former)(?=,| (?:was|is|had|has|said)\b)|That['’]s|Here['’]?s?|Not that"
    r"|One(?= (?:said|told|wrote|added)\b))\b"
)
_IN_QUOTES = re.compile(r"[“\"‘«'](?P<word>He|She|It|They|This|That|These|Those|His|Her|Their|But|And|So)\b")
_TIMES = re.compile(
    r"(?<![\w-])(?P<words>(?:by|before|since|until) then|(?:(?:on|at) )?th(?:at|e (?:same|following|next|previous)) "
    r"(?:day|evening|morning|night|afternoon|week|month|year|season|time|moment|point|period)|the day before"
    r"|at th(?:e|at) time|(?:then|earlier|later|afterwards|previously|subsequently)(?=,)|meanwhile|after that"
    r"|(?:days|weeks|months|hours|minutes|years) (?:earlier|later))(?![\w-])"
    r"|^\W*(?P<opening>Again|Now(?! \d)|Until now|After all|For a start|Elsewhere|Finally|Similarly|Likewise"
    r"|Afterwards|Later|Earlier)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\b(?P<before>\w+) (?P<words>later|afterwards) \w+(?:ed|t|d)\b")
_SPANS = frozenset("year years month months week weeks day days hour hours minute minutes decade decades".split())
_DEMONSTRATIVES = frozenset("this that these those such".split())
_EMPTY = re.compile(
    r"it(?:(?: (?:is|was|will be|would be|has been|had been)| ?['’]s) (?:not )?(?:[a-z]+ly )?\w+ "
    r"(?:that|to|for|whether)\b| (?:is|was) [^,.;]{2,40}? (?:who|that)\b"
    r"| (?:took|takes|will take) .*?\b(?:for|to)\b| (?:seems|seemed|appears) )",
    re.IGNORECASE,
)
"""An "it" that means nothing before it."""
_IT_IS = re.compile(r"it(?: (?:is|was|will be|has been|had been)| ?['’]s)\b", re.IGNORECASE)


def leaning(reading: ParsedSentenceOfSummary, told: DiscourseState, names: ArticleNames) -> Iterator[Leaning]:
    """Yield what a sentence leans on, unless it stands behind the article's sentence before it; "he" aside.

    Nothing stands before the sentence that opens the story: of that one only quotations and pronouns lean.
    """
    if told.follows(reading):
        return
    opens = told.opens(reading, names)
    if reading.spoken:
        yield Leaning(reading.text, 0.6)
    elif reading.quotes_at(0):
        if reading.quotes[0][1] >= len(reading.text.rstrip(" .'’")):
            yield Leaning(reading.text, 0.6)
        elif (match := _IN_QUOTES.match(reading.text)) is not None:
            yield Leaning(match["word"], 0.5)
    elif not opens and (match := _ALONE.match(reading.text)) is not None:
        yield Leaning(match["words"], 0.7)
    root = next((token for i, token in enumerate(reading.tokens) if token.head == i), None)
    if reading.parsed and root is not None and root.tag.startswith("NN") and not reading.text.startswith("("):
        yield Leaning(reading.text, 0.5)
    yield from _things(reading, opens=opens)
    if not opens:
        yield from _times(reading)
        yield from _demonstratives(reading, told)
        yield from _definite(reading, told, names)


def _times(reading: ParsedSentenceOfSummary) -> Iterator[Leaning]:
    """Yield the words of time that point back."""
    after = [match for match in _AFTER.finditer(reading.text) if match["before"].casefold() not in _SPANS]
    for match in [*_TIMES.finditer(reading.text), *after]:
        if not reading.quotes_at(match.start()):
            words = match["words"] or match["opening"]
            yield Leaning(words, 0.3 if reading.dated and match.start() > 0 else 0.6)


def _things(reading: ParsedSentenceOfSummary, *, opens: bool) -> Iterator[Leaning]:
    """Yield the first "it" and the first "they" that nothing before them in the sentence explains.

    Where the sentence `opens` the story, "it is" is a phrase ("It is a year since"), and "they" may be one person.
    """
    for kind in (("it", "its", "itself"), ("they", "them", "their", "theirs", "themselves")):
        for index, token in enumerate(reading.tokens):
            if token.text.casefold() not in kind or reading.quotes_at(token.start):
                continue
            plural = kind[0] == "they"
            known = any(_may_mean(reading, i, plural=plural, single=opens) for i in range(index))
            phrase = _EMPTY.match(reading.text, token.start) or (opens and _IT_IS.match(reading.text, token.start))
            if not known and not phrase:
                yield Leaning(token.text, 0.8)
            break


def _may_mean(reading: ParsedSentenceOfSummary, index: int, *, plural: bool, single: bool) -> bool:
    """Tell whether a token may be what "they", if `plural`, or "it" means; `single` persons are "they", too."""
    token = reading.tokens[index]
    if reading.quotes_at(token.start) or not token.tag.startswith("N"):
        return False
    word, name = token.text.casefold(), reading.name_at(token.start)
    if name is not None and name.category == "person":
        return plural and (single or bool(reading.tree.children(index, "conj")))
    if singular(word) in _PERIODS | _SPANS or token.entity.endswith(("DATE", "TIME")):
        return False
    return plural or not is_person(word)


def _demonstratives(reading: ParsedSentenceOfSummary, told: DiscourseState) -> Iterator[Leaning]:
    """Yield "this", "these incidents" and the like where the sentence has not told before what they mean."""
    for index, token in enumerate(reading.tokens):
        word, noun = token.text.casefold(), reading.tokens[token.head].text
        if token.tag != "DT" or word not in _DEMONSTRATIVES or reading.quotes_at(token.start):
            continue
        if token.relation == "det":
            known = singular(noun.casefold()) in _PERIODS or told.has(noun)
            if not known and not tells(reading.text[: token.start], noun):
                yield Leaning(f"{token.text} {noun}", 0.7)
        elif word != "those" and (
            token.relation == "dobj" or not any(other.tag.startswith("V") for other in reading.tokens[:index])
        ):
            yield Leaning(token.text, 0.7)


def _definite(reading: ParsedSentenceOfSummary, told: DiscourseState, names: ArticleNames) -> Iterator[Leaning]:
    """Yield the first noun with "the" that takes for known what nothing told of, in the summary or before it here.

    So do the subject, nouns for persons, for companies and for what may have had another name before, and others that
    the article told of before.
    """
    article = names.facts.article
    before = article.story[: article.sentences[reading.first].start]
    for index, token in enumerate(reading.tokens):
        noun, aged = singular(token.text), is_aged(reading.tokens, index)
        if (token.tag not in ("NN", "NNS") and not aged) or not token.text.islower() or reading.quotes_at(token.start):
            continue
        the = next((i for i in reading.tree.children(index) if reading.tree.word(i) == "the"), None)
        if the is None or {noun, token.text} & _KNOWN:
            continue
        if token.tag == "NNS" and re.match(r"['’]", reading.text[token.end :]):
            continue  # "the women's race"
        person = aged or is_person(noun) or noun in _GROUPS | _MANY
        alike, start = person or noun in ORGANISATIONS, reading.tokens[the].start
        if told.has(noun) or tells(reading.text[:start], noun) or _identified(reading, index, told, alike=alike):
            continue
        if alike and not aged and _named_before(reading, index, persons=person):
            continue
        if alike or noun in _BACK or index == reading.subject or tells(before, noun):
            yield Leaning(reading.text[start : token.end], 0.6 if person else 0.5)
            return


def _named_before(reading: ParsedSentenceOfSummary, index: int, *, persons: bool) -> bool:
    """Return whether a noun may mean a name before it: "Acme will close a mill, the company said".

    Not one in the noun's own clause, nor whoever says that clause: "Acme said the company would close".
    """
    clause = _clause(reading, index)
    others = {clause}
    while reading.tokens[clause].relation == "ccomp":
        clause = _clause(reading, reading.tokens[clause].head)
        others.add(clause)
    return any(
        (name := reading.name_at(token.start)) is not None
        and (name.category == "person") == persons
        and name.category not in ("nationality", "place")
        and not reading.quotes_at(token.start)
        and _clause(reading, number) not in others
        for number, token in enumerate(reading.tokens[:index])
    )


def _clause(reading: ParsedSentenceOfSummary, index: int) -> int:
    """Return the verb that a token belongs to, or the root if there is no verb."""
    while not reading.tokens[index].tag.startswith("V") and reading.tokens[index].head not in (index, -1):
        index = reading.tokens[index].head
    return index


def _identified(reading: ParsedSentenceOfSummary, index: int, told: DiscourseState, *, alike: bool) -> bool:
    """Tell whether words that hang on a noun say which one is meant: "the owner of a mill", "the summer season".

    Where there are many `alike`, persons and companies, no adjective or noun before it does: "the young midfielder",
    "the parent company"; nor does what a comma parts from it: "the 24-year-old, who", what itself takes something for
    known: "the owner of the mill", or a time: "the opening on Monday".
    """
    end = reading.tokens[index].end
    for child in reading.tree.children(index):
        token = reading.tokens[child]
        if token.relation not in _TELLING or (token.relation == "amod" and not token.capital):
            continue
        if alike and token.relation in ("amod", "compound", "nmod", "advmod", "npadvmod"):
            continue
        if token.relation in ("relcl", "acl", "prep") and reading.text[end : end + 1] == ",":
            continue
        if token.relation == "appos" and reading.name_at(token.start) is None:
            continue
        if token.relation == "prep" and not _tells_which(reading, child, told):
            continue
        return True
    return re.match(r" [A-Z(]|-", reading.text[end:]) is not None


def _tells_which(reading: ParsedSentenceOfSummary, preposition: int, told: DiscourseState) -> bool:
    """Tell whether what a preposition brings in is known itself, and no time."""
    for index in reading.tree.children(preposition):
        token = reading.tokens[index]
        if token.entity.endswith(("DATE", "TIME")):
            return False
        definite = any(reading.tree.word(i) in ("the", "this", "its", "their") for i in reading.tree.children(index))
        if definite and token.text.islower() and token.text not in _KNOWN and not told.has(token.text):
            return bool(reading.tree.children(index, "relcl")) or any(
                reading.name_at(reading.tokens[i].start) for i in reading.tree.children(index)
            )
    return True

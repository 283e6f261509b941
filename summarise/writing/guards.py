"""Guards against degenerate answers: echoes, refusals, loops, copied leads and leaked examples."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from summarise.article.languages import foreign
from summarise.article.sentences import Gram, Source, grams, words
from summarise.backends.budget import clean
from summarise.data import GuardEvent, GuardKind, Reply
from summarise.writing.parsing import Output, ParsedOutput, bare, complete, read, split, unmarked

SIZE = 4
# Minimum share of a sentence's 4-grams that an echo takes from the instructions and not from the source.
SHARE = 0.5
LEAST_WORDS = 4


def echoes(texts: Sequence[str], instructions: Sequence[str], source: Source) -> tuple[int, ...]:
    """Return the indexes of sentences that repeat the instructions."""
    told = frozenset(gram for instruction in instructions for gram in _grams(instruction))
    if not told:
        return ()
    own = _grams(source.text)
    return tuple(at for at, text in enumerate(texts) if _echoes(text, told - own))


def _echoes(text: str, told: frozenset[Gram]) -> bool:
    tokens = words(text)
    if len(tokens) < LEAST_WORDS:
        return False
    runs = list(grams(tokens, SIZE))
    return sum(run in told for run in runs) >= SHARE * len(runs)


def _grams(text: str) -> frozenset[Gram]:
    return frozenset(grams(words(text), SIZE))


_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_FIGURE = re.compile(r"(?<![\w.,])[$£€]?\d+(?:[.,]\d+)*(?![\w])%?")
_OPENS = re.compile(r"(?:^|[.!?…:]|\n)[\s\"'“”‘’«»(\[-]{0,12}$")
_POSSESSIVE = re.compile(r"[’']s?$")
# Names with the same first letters count as forms of one name ("Belgium", "Belgian").
STEM = 5
COMMON = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september "
    "october november december i the a an it he she they we you".split()
)


def leaks(texts: Sequence[str], examples: Sequence[str], source: Source) -> tuple[int, ...]:
    """Return the indexes of sentences with a name or figure that only the examples contain."""
    strange = strangers(examples, source)
    if not strange:
        return ()
    return tuple(at for at, text in enumerate(texts) if strange & {*_capitals(text), *_figures(text)})


def strangers(examples: Sequence[str], source: Source) -> frozenset[str]:
    """Return the names and figures that are in the examples and in no form in the source.

    Names have at least three letters and are never lower-case in the examples; figures have at least two digits.
    """
    names = {name for example in examples for name in _names(example)}
    lower = {word for example in examples for word in _WORD.findall(example) if word.islower()}
    known = {_POSSESSIVE.sub("", word) for word in map(str.casefold, _WORD.findall(source.text))}
    stems = {word[:STEM] for word in known if len(word) >= STEM}
    figures = {figure for example in examples for figure in _figures(example)} - set(_figures(source.text))
    fresh = {name for name in names - lower - known - COMMON if len(name) < STEM or name[:STEM] not in stems}
    return frozenset(fresh | figures)


def _names(text: str) -> Iterator[str]:
    for word in _WORD.finditer(text):
        name = _POSSESSIVE.sub("", word.group())
        inside = not _OPENS.search(text[max(0, word.start() - 12) : word.start()])
        if len(name) > 2 and name[0].isupper() and (inside or name.isupper()):
            yield name.casefold()


def _capitals(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        if word[0].isupper():
            yield _POSSESSIVE.sub("", word).casefold()


def _figures(text: str) -> Iterator[str]:
    for figure in _FIGURE.findall(text):
        digits = re.sub(r"[^\d.]", "", figure.replace(",", "")).rstrip(".")
        if len(digits) > 1:
            yield digits


LEAST_SENTENCES = 2
# Maximum number of words before the first copied sentence: headline, byline and dateline.
AHEAD = 60
# Maximum number of words between copied sentences: byline and dateline after a standfirst.
GAP = 12


def copies_lead(texts: Sequence[str], source: Source) -> bool:
    """Return whether the sentences are copied from the start of the source, in order."""
    if len(texts) < LEAST_SENTENCES:
        return False
    at, slack = 0, AHEAD
    for text in texts:
        tokens = words(text)
        starts = range(at, min(at + slack, len(source.words) - len(tokens)) + 1)
        found = next((start for start in starts if source.words[start : start + len(tokens)] == tokens), None)
        if found is None or not tokens:
            return False
        at, slack = found + len(tokens), GAP
    return True


_HELP = (
    "assist|help|provide|fulfil+|comply|complete|continue|answer|summari[sz]e|rewrite|generate|create|write|produce|access|"
    "browse|open|view|process|engage|discuss|do (?:that|this|so)|respond|translate|offer|give|share|see (?:any|the|an)"
)
_NOT = (
    r"(?:can\s?not|can['’]?t|could not|couldn['’]t|am (?:not able|unable)|['’]m (?:not able|unable)|"
    r"won['’]t|will not|do not|don['’]t)"
)
_SORRY = (
    r"(?:(?:i['’]m|i am|we['’]re|we are)\s+(?:\w+\s+)?sorry|sorry|i (?:do )?apologi[sz]e|my apologies|"
    r"unfortunately|regrettably)"
)
_REFUSALS = (
    rf"{_SORRY}\b.{{0,80}}?\b(?:i|we)\s*{_NOT}\b",
    rf"{_SORRY},? (?:but )?(?:as an ai|there (?:is|was) no (?:article|text)|no (?:article|text))\b",
    rf"i\s*{_NOT}(?:\s+be able)?(?:\s+to)?\s+(?:\w+ly\s+)?(?:{_HELP})\b",
    r"i (?:do not|don['’]t) (?:have|possess)\b.{0,30}\b(?:access|ability|capability|capabilities|"
    r"enough information|article)\b",
    r"(?:i am|i['’]m)(?: just| only)? (?:an? )?(?:ai|artificial intelligence|(?:large )?language model|"
    r"machine learning model)\b",
    rf"{_SORRY}\b.{{0,40}}?\bas an? (?:[\w-]+ )?(?:ai|language model)\b",
    r"as an? (?:[\w-]+ )?(?:ai|artificial intelligence)(?: [\w-]+){0,2}(?:,| i\b)",
    r"as an? (?:ai )?(?:large )?language model\b|as an? (?:ai|virtual|digital) assistant\b",
    r"(?:there is|there was|you (?:have not|haven['’]t|did not|didn['’]t)) (?:no|provided?|"
    r"include[d]?)\b.{0,20}\b(?:article|text)\b.{0,20}$",
    # French, German, Spanish, Italian, Portuguese, Dutch, Swedish, Danish and Norwegian, Polish, Russian …
    r"(?:je suis (?:vraiment )?désolée?|désolée?)\b.{0,30}\bje ne (?:peux|suis|pourrai)\b",
    r"je ne (?:peux|suis)\b.{0,20}\b(?:aider|répondre|fournir|résumer|en mesure|capable)\b",
    r"en tant qu(?:e|['’])\s?(?:ia\b|intelligence artificielle|modèle de lang)",
    r"(?:es )?tut mir leid\b.{0,30}\bich (?:kann|darf|bin)\b|leider kann ich\b.{0,60}\bnicht\b",
    r"ich kann (?:ihnen |dir )?(?:dabei |das |diese\w* )?.{0,30}\bnicht (?:helfen|beantworten|"
    r"zusammenfassen|erfüllen)\b",
    r"als (?:ki\b|künstliche intelligenz|sprachmodell|(?:ein )?(?:großes )?sprachmodell)",
    r"lo siento\b.{0,30}\bno (?:puedo|soy|tengo)\b|no puedo (?:ayudar|proporcionar|cumplir|responder|resumir)",
    r"como (?:una? )?(?:ia\b|inteligencia artificial|modelo de lenguaje|inteligência artificial|modelo de linguagem)",
    r"mi dispiace\b.{0,30}\bnon (?:posso|sono)\b|non posso (?:aiutar|fornire|rispondere|riassumere)",
    r"(?:come|in quanto) (?:un['’]?\s?)?(?:ia\b|intelligenza artificiale|modello linguistico)",
    r"(?:desculpe|lamento|sinto muito)\b.{0,30}\bnão (?:posso|consigo|sou)\b|não posso (?:ajudar|fornecer|responder)",
    r"(?:het spijt me|sorry)\b.{0,30}\bik kan\b.{0,60}\bniet\b|als (?:een )?ai-?(?:taalmodel|assistent)\b|"
    r"als taalmodel\b",
    r"(?:jag är ledsen|tyvärr)\b.{0,30}\bjag? ?kan(?: jag)? inte\b|som en (?:ai|språkmodell?)\b",
    r"(?:jeg beklager|beklager|desværre)\b.{0,30}\bkan (?:jeg )?ikke\b|som en (?:ai|sprogmodel)\b",
    r"(?:przykro mi|przepraszam)\b.{0,30}\bnie mogę\b|jako (?:model językowy|sztuczna inteligencja|ai)\b",
    r"(?:извините|к сожалению|простите)\b.{0,30}\bя не могу\b|я не могу (?:помочь|ответить|предоставить)|"
    r"как языковая модель",
    # … Chinese and Japanese.
    r"(?:很?抱歉|对不起)[，,].{0,10}(?:无法|不能)|我(?:无法|不能)(?:回答|提供|协助|帮助)|作为(?:一个|一名)?(?:ai|人工智能|语言模型)",
    r"申し訳(?:ありません|ございません)|aiとして|言語モデルとして",
)
# Matched at the start of a sentence.
REFUSAL = re.compile("|".join(f"(?:{pattern})" for pattern in _REFUSALS), re.I)

_THING = (
    r"(?:summar(?:y|ies)|sentences?|bullet points|key points|main points|facts?|points|rewrit\w+|version|"
    r"overview|answers?|"
    r"list|json|response|output|text|article|résumé|phrases?|zusammenfassung|sätze?|resumen|frases|"
    r"oracion\w*|riassunto|"
    r"frasi|resumo|samenvatting|zinnen|sammanfattning|streszczenie)"
)
_PREAMBLES = (
    rf"(?:(?:sure|certainly|of course|absolutely|okay|ok|great|alright)\s*+(?:[,!.:—–-]++\s*+)?)?"
    rf"(?:here(?:['’]s| is| are)|below (?:is|are)|the following (?:is|are)|this is|i have|i['’]ve|voici|"
    rf"hier (?:ist|sind|is|zijn)|"
    rf"aquí (?:está|están|tienes?)|ecco|aqui (?:está|estão)|här är|"
    rf"oto)\b[^:\n.!?]{{0,100}}?\b{_THING}\b[^:\n.!?]{{0,80}}:",
    rf"(?:the |a |an |in )?(?:short |brief |final |key |main |news |article )*{_THING}(?: \d{{1,2}})?\s*:",
    r"(?:in summary|to summari[sz]e|in short|in conclusion|tl;?dr)\s*[:,]",
)
PREAMBLE = re.compile("|".join(f"(?:{pattern})" for pattern in _PREAMBLES), re.I)
_CHATTER = (
    rf"(?:(?:sure|certainly|of course|absolutely|okay|ok)\s*+(?:[,!.:—–-]++\s*+)?)?"
    rf"(?:here(?:['’]s| is| are)|below (?:is|are)) "
    rf"(?:a|an|the|your|my|some|two|three|four|five|six|\d+)\b[^.!?:]{{0,60}}\b{_THING}\b[^.!?:]{{0,60}}[.!:]?$",
    r"(?:sure|certainly|of course|absolutely|okay|ok|great|alright|understood|got it)\s*[!.,:]*$",
    r"(?:sure|certainly|of course|absolutely|okay|ok)\s*[,!.—–-]+\s*i(?:['’]d| would| can|['’]ll|"
    r" will)\b[^.]{0,60}[.!]?$",
    r"is there anything (?:else|specific)\b.{0,80}\?$",
    r"(?:please )?(?:let me know|feel free)\b.{0,120}[.!?]?$",
    r"if you (?:have|need|would like|want)\b.{0,60}\b(?:questions?|help|assistance|let me know|feel free)\b.{0,80}$",
    r"(?:however, )?i(?:['’]d| would|['’]m| am) (?:be )?(?:happy|glad) to (?:help|assist)\b.{0,120}$",
    r"i hope (?:this|that|it) (?:helps?|is helpful|meets)\b.{0,60}$",
    r"please (?:provide|share|paste|send)\b.{0,40}\b(?:article|text|link|details|information)\b.{0,80}$",
    r"(?:would|do) you (?:like|want) me to\b.{0,100}\?$",
    r"(?:n['’]hésitez pas à|lassen sie mich wissen|¿hay algo más|laat het me weten)\b.{0,120}$",
)
CHATTER = re.compile("|".join(f"(?:{pattern})" for pattern in _CHATTER), re.I)
# Minimum share of a sentence's longer words that the source contains; the reasons for a refusal have less.
GROUNDED = 0.5


def uncovered(text: str, source: Source) -> str:
    """Remove an introduction ("Here is a summary:"), unless it is in the source; returns "" for chatter."""
    while not source.has(text):
        if CHATTER.match(text):
            return ""
        preamble = PREAMBLE.match(text)
        if preamble is None or source.has(preamble.group()):
            break
        text = bare(text[preamble.end() :])
    return text


def refuses(text: str, source: Source) -> bool:
    """Return whether a sentence refuses to answer."""
    return REFUSAL.match(text.lstrip("*_ ")) is not None and not source.has(text)


def refusals(texts: Sequence[str], source: Source) -> tuple[int, ...]:
    """Return the indexes of refusals, and of ungrounded sentences after them."""
    found: list[int] = []
    for at, text in enumerate(texts):
        if refuses(text, source) or (found and not grounded(text, source)):
            found.append(at)
    return tuple(found)


def grounded(text: str, source: Source) -> bool:
    """Return whether the source contains at least half of the longer words of a sentence."""
    longer = [word for word in words(text) if len(word) > 3]
    return bool(longer) and sum(word in source.vocabulary for word in longer) >= GROUNDED * len(longer)


# Ignored when sentences are compared.
SMALL = frozenset(
    "a an the and that also of in on to for at by with as has have had was were is are be been its it".split()
)
# A run of at least this many words is a loop if it occurs twice in a row; a shorter one three times, a word four.
TWICE = 6
LONGEST = 40
DIVERSE_FROM = 16
# Minimum share of distinct 3-grams in a sentence of at least `DIVERSE_FROM` words.
DIVERSE = 0.65
# Sentences that share at least this fraction of words have one pattern; the third of a pattern is a loop.
ALIKE = 0.75
ALIKE_FROM = 5
# Number of previous sentences to compare with: loops repeat soon.
NEAR = 40
_STUTTER = re.compile(r"(\w{1,8}?)\1{11,}|([^\W\d_])\2{7,}")


def loops(text: str) -> bool:
    """Return whether a sentence repeats itself."""
    if _STUTTER.search(text):
        return True
    tokens = words(text)
    for size in range(1, min(LONGEST, len(tokens) // 2) + 1):
        wanted = size * ((2 if size >= TWICE else 4 if size == 1 else 3) - 1)
        run = 0
        for at in range(size, len(tokens)):
            run = run + 1 if tokens[at] == tokens[at - size] else 0
            if run >= wanted:
                return True
    if len(tokens) < DIVERSE_FROM:
        return False
    runs = list(grams(tokens, 3))
    return len(set(runs)) < DIVERSE * len(runs)


def repeated(texts: Sequence[str]) -> tuple[int, ...]:
    """Return the indexes of sentences that loop or repeat an earlier kept sentence."""
    found: list[int] = []
    keys: set[tuple[str, ...]] = set()
    kept: list[Counter[str]] = []
    for at, text in enumerate(texts):
        tokens = words(text)
        key = tuple(word for word in tokens if word not in SMALL) or tokens
        counted = Counter(tokens)
        pattern = len(tokens) >= ALIKE_FROM and sum(alike(counted, other) for other in kept[-NEAR:]) >= 2
        if (key and key in keys) or pattern or loops(text):
            found.append(at)
            continue
        keys.add(key)
        kept.append(counted)
    return tuple(found)


def alike(one: Counter[str], other: Counter[str]) -> bool:
    """Return whether two sentences, as word counts, have the same pattern."""
    return (one & other).total() >= ALIKE * max(one.total(), other.total())


LONGEST_SAID = 200
# An answer may have this many words more than its source ("that", "according to").
LONGER = 4
_WORDS = re.compile(r"[^\W\d_]{2}")
# Descriptions of unusable answers; the first one that applies is reported.
PROBLEMS: dict[GuardKind, str] = {
    "filter": "withheld by the server's filter",
    "refusal": "a refusal",
    "language": "in another language",
    "leak": "copied from an example",
    "echo": "a copy of the instructions",
    "repetition": "repeating itself",
    "cut off": "cut off",
    "too long": "longer than its source",
    "malformed": "malformed",
    "special tokens": "nothing but special tokens",
}


@dataclass(frozen=True)
class OutputSentence:
    """A usable sentence, and the numbers of its sources if cited."""

    text: str
    sources: tuple[int, ...] = ()


@dataclass(frozen=True)
class Examined:
    """The usable sentences of an answer, the guard events, and the `problem` if none is usable."""

    said: tuple[OutputSentence, ...] = ()
    events: tuple[GuardEvent, ...] = ()
    problem: str | None = None


@dataclass(frozen=True)
class _Piece:
    text: str
    line: int
    place: int
    sources: tuple[int, ...] = ()


@dataclass
class _Case:
    pieces: list[_Piece] = field(default_factory=list)
    faults: dict[tuple[GuardKind, str], None] = field(default_factory=dict)

    def note(self, kind: GuardKind, said: str = "") -> None:
        self.faults[kind, short(said)] = None

    def take_out(self, kind: GuardKind, find: Callable[[Sequence[str]], Iterable[int]]) -> None:
        found = set(find([piece.text for piece in self.pieces]))
        for at in sorted(found):
            self.note(kind, self.pieces[at].text)
        self.pieces = [piece for at, piece in enumerate(self.pieces) if at not in found]


def examine(
    reply: Reply,
    *,
    source: str,
    instructions: Sequence[str] = (),
    examples: Sequence[str] = (),
    output: Output = "sentences",
) -> Examined:
    """Return the usable sentences of an answer in order, and an event for each fault. Never raises.

    `output` is the requested JSON: {"sentences": ["…"]}, if cited {"sentences": [{"text": "…", "sources": [3]}]}, or
    {"sentence": "…"}; plain lines are accepted too.
    """
    case = _Case()
    if reply.finish == "filter":
        case.note("filter", reply.text)
        return _verdict(case, ())
    ground = Source(clean(source))
    cut = reply.finish == "length"
    text, removed = unmarked(clean(reply.text), ground.text)
    if removed:
        case.note("special tokens", " ".join(removed))
    reading = read(text, output=output, cut=cut)
    if reading.fault is not None:
        case.note("malformed", reading.fault)
    _into_pieces(case, reading, ground, cut=cut)
    most = len(ground.words) + LONGER
    long = bool(ground.words) and sum(len(words(piece.text)) for piece in case.pieces) > most
    case.take_out("refusal", lambda texts: refusals(texts, ground))
    case.take_out("echo", lambda texts: echoes(texts, [clean(text) for text in instructions], ground))
    case.take_out("repetition", repeated)
    case.take_out("language", lambda texts: foreign(texts, ground))
    case.take_out("leak", lambda texts: leaks(texts, [clean(text) for text in examples], ground))
    if long:
        case.note("too long", text)
        _shorten(case, most)
    said = _joined(case.pieces, apart=not reading.is_json)
    if output == "sentence" and len(said) > 1:
        case.note("malformed", said[1].text)
        said = said[:1]
    if copies_lead([sentence.text for sentence in said], ground):
        case.note("lead copy", said[0].text)
    return _verdict(case, said)


def short(text: str) -> str:
    """Return a text on one line, truncated to `LONGEST_SAID`."""
    line = " ".join(clean(text).split())
    return line if len(line) <= LONGEST_SAID else line[: LONGEST_SAID - 1].rstrip() + "…"


def _into_pieces(case: _Case, reading: ParsedOutput, ground: Source, *, cut: bool) -> None:
    if cut and not any(line.torn for line in reading.lines):
        case.note("cut off")
    for number, line in enumerate(reading.lines):
        sentences = list(split(" ".join(clean(line.text).split()), torn=line.torn))
        if line.torn:
            # The last sentence of an unclosed JSON string is never complete.
            whole = not sentences or (not reading.is_json and complete(sentences[-1]))
            torn = "" if whole else sentences.pop()
            case.note("cut off" if cut else "malformed", torn)
            if loops(torn):
                case.note("repetition", torn)
            elif refuses(torn, ground):
                case.note("refusal", torn)
        for place, sentence in enumerate(sentences):
            text = uncovered(sentence, ground)
            if _WORDS.search(text):
                case.pieces.append(_Piece(text, number, place, line.sources))


def _shorten(case: _Case, most: int) -> None:
    total = 0
    for at, piece in enumerate(case.pieces):
        total += len(words(piece.text))
        if total > most:
            del case.pieces[at:]
            return


def _joined(pieces: Sequence[_Piece], *, apart: bool) -> tuple[OutputSentence, ...]:
    runs: list[list[_Piece]] = []
    for piece in pieces:
        last = runs[-1][-1] if runs else None
        if last and not apart and (last.line, last.place + 1) == (piece.line, piece.place):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    return tuple(OutputSentence(" ".join(piece.text for piece in run), run[0].sources) for run in runs)


def _verdict(case: _Case, said: Sequence[OutputSentence]) -> Examined:
    if not said and not case.faults:
        case.note("empty")
    kinds = {kind for kind, _ in case.faults}
    events = tuple(GuardEvent(kind=kind, said=words, recovered=bool(said)) for kind, words in case.faults)
    problem = None if said else next((words for kind, words in PROBLEMS.items() if kind in kinds), "empty")
    return Examined(tuple(said), events, problem)

"""Antonyms: one word replaced by its opposite, outside quotation marks; the words are those of `opposites`.

The small list inside quotation marks is apart, since what is quoted is checked word for word.
"""

import re
from collections.abc import Iterator, Mapping

from benchmarks.edits.case import Change
from benchmarks.edits.rules.opposites import NOUNS, OTHERS, VERBS
from benchmarks.edits.scene import Reading, Scene, wanted
from summarise.facts.parser import Token

_FORMS = (("VB", "VBP"), ("VBZ",), ("VBD",), ("VBN",), ("VBG",))
_CLASSES: Mapping[str, tuple[str, ...]] = {
    "adjective or adverb": ("JJ", "JJR", "JJS", "RB", "RBR", "RBS"),
    "noun": ("NN", "NNS"),
}
_NEGATED = re.compile(
    r"\b(?:not|no|nobody|nothing|none|few|never|n[’']t|nor|without|neither|hardly|cannot)\b[^,;.]{0,25}$", re.IGNORECASE
)
# Words of the list that mean something else too often.
_VAGUE = frozenset(
    """
    dismiss dismisses dismissed dismissing left released defence bottom clean
    find finds found finding miss misses missed missing save saves saved saving waste wasted help helps helping hinder
    house housed houses housing contract contracts contracted contracting attract attracts attracting repel dying die
    dies include includes including release releases releasing lift lifting end leaves leave fail fails failed failing
    pass passes passing remember remembers night day father mother spring heat cold back front top supply light gentle
    fairly regularly previous former earlier latest later certain dead release releases freeze push pull pushes pulls
    """.split()
)
# Where a word has another sense than the one whose opposite is put in its place.
_IDIOMS = re.compile(
    r"\b(?:life support|friends of|death (?:sentence|penalty|row)|old enemy|foreign nationals?|"
    r"(?:human|the|of|a|all|his|her|their|its|own|far|hard|to|on) right"
    r"|right (?:now|to|after|away|back|wing|hand|side|foot|flank|up)"
    r"|left (?:behind|in|with|to|him|her|them|a|one|two|it|on|for|and|the door|foot|wing|side|flank|back|hand"
    r"|\w+ed)|(?:as|so|how|no|for|before|not|all) long|long (?:as|way|time)"
    r"|high (?:school|court|street|profile|on)|(?:foot|feet|metres?|m|ft|on|an|sky|mph) high|years? old"
    r"|old (?:boy|man|master)|close to|rose to (?:fame|prominence|power)"
    r"|fell (?:in|asleep|ill|apart|through|over|out|on|into|down|off|to|for)"
    r"|los(?:t|es?|ing) (?:contact|his|her|their|its|control|sight|consciousness|weight|to|out|patience)"
    r"|rais(?:e|ed|es|ing) (?:in|by|concerns?|questions?|fears|money|the|issue|awareness|funds|alarm|\S*\d|\w+ed)"
    r"|passed (?:away|on|by|through|over|the|down|to|out|a|time)|opened (?:up|fire|the scoring|his|her|their|by)"
    r"|open (?:to|letter|up|the|fire|about|source)|pulled (?:back|out|off|over|one|up|clear|down|him|her|from|by)"
    r"|pushed (?:back|for|on|up|him|her|the)|enter(?:ed|ing)? (?:into|administration|politics)"
    r"|leaving (?:the|behind|one|a|two|three|him|her|them|many|\w+ed)|end(?:ed|s|ing)? (?:up|in|with|of|at|on|as)"
    r"|(?:at|by|in|to|on|up|the|an) end|start(?:ed|s|ing)? (?:with|off|out|up|as|at|from)|the start"
    r"|stop(?:ped|s)? (?:by|at|in)|beg(?:an|in|ins|un|inning) (?:as|at|with)|better (?:known|off|than)|had better"
    r"|best (?:known|friend|way|of|practice)|at best|new (?:year|york|zealand)"
    r"|national (?:park|team|news|average|insurance|grid|trust|guard)"
    r"|local (?:time|authorit\w+|government|elections?|council|news|people)|dark (?:web|horse)"
    r"|big (?:bang|data|brother)"
    r"|public (?:inquiry|health|transport|sector|school|square|house|holiday|domain|order|servi\w+|prosecutor"
    r"|interest|figure|relations)|the public|private (?:sector|school|eye|equity|property|hire|secretary|life|jet)"
    r"|good (?:friday|morning|luck|time|samaritan|form|news)|short (?:of|story|while|time|list|notice)"
    r"|serious (?:case|crime|fraud)|hot (?:water|spot|spell|line)|late (?:husband|wife|father|mother|[A-Z]\w+)"
    r"|of late|heavy (?:industry|metal|goods|machinery|hearts?)|dry (?:ice|cleaning)|rich in|true (?:to|of)"
    r"|wrong (?:side|way|place)|clear (?:that|of|up|the|if|whether|how|why|to)|make clear"
    r"|fair (?:to|trade|game|play|enough)|safe (?:house|haven|seat|to say|and)|as possible"
    r"|full (?:time|length|of|name|back|moon|stop)|early (?:next|this|last|on|years|hours|days|access|warning)"
    r"|earl\w+ \d+s|modern day|wide (?:range|variety|of|open|array|margin)"
    r"|common (?:sense|law|ground|good|room|land)|join(?:ed|ing)? (?:by|in|up|forces|together|him|her|them)"
    r"|in support|support (?:staff|act|group|worker|from|team|service)|(?:in|under) attack|attack (?:on|in|at|by)"
    r"|deep (?:in|into|inside)|(?:old|young) (?:man|men|boy|woman)|man of the|minor league"
    r"|major (?:general|league)|together with|prosecution of"
    r"|defence (?:secretary|ministry|minister|forces?|spending|of|system|review|officials?|department)"
    r"|lower (?:house|leagues?|down)|rising (?:star|from|to)"
    r"|released (?:a|an|the|its|his|her|their|by|in|footage|figures|details|data|video|statement|images|from|on)"
    r"|lifted (?:the (?:trophy|cup|title)|out|off|him|her|them|up)|declin(?:e|ed|es|ing) (?:to|comment|an|the)"
    r"|grow(?:ing|n)? (?:up|number)|grew (?:up|out)|expand(?:ed)? on|divided (?:into|by)|in (?:love|light|full)"
    r"|giv(?:e|es|ing|en) rise|(?:was|were|been|being) admitted|admitted to|(?:have|has|had|was|were) passed"
    r"|long[- ](?:standing|running|term)|launch(?:ed)? (?:in|into|from|at)|sharply criticised"
    r"|strong(?:er)? (?:winds?|wind)|dangerous driving|small hours|warm[- ]up|cool(?:ed|ing)? (?:down|off)|low key"
    r"|north (?:of|sea)|(?:world|civil|cold) war|peace (?:deal|talks|process|prize)|start(?:ing)? (?:line|point)"
    r"|night|day|married (?:to|in|\d+)|beg(?:an|in|ins|un|inning) (?:to|\w+ing)|start(?:ed|s|ing)? (?:to|\w+ing)"
    r"|promot\w+ (?!to)|fail\w* to \w+|number one|start\w* (?:so|well|badly|brightly)"
    r"|(?:victory|win|defeat|wins|victories) over|national polls?|best man|bright(?:est)? (?:future|young)"
    r"|first (?:name|lady)|once again|right|light|well|welcome|survived by|survivors? of"
    r"|(?:the|an?) (?:survey|increase in the number)|likely|summer (?:transfer|camp|olympics)"
    r"|winter (?:olympics|games)|maximum sentence|died)\b",
    re.IGNORECASE,
)


def _pairs(words: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in words.split():
        one, two = pair.split("/")
        found.setdefault(one, two)
        found.setdefault(two, one)
    return found


def _verbs() -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for line in VERBS.strip().splitlines():
        one, two = (part.split() for part in line.split("/"))
        for tags, left, right in zip(_FORMS, one, two, strict=True):
            for tag in tags:
                found.setdefault((left, tag), right)
                found.setdefault((right, tag), left)
    return found


_VERB = _verbs()
_OTHER = _pairs(OTHERS)
_NOUN = _pairs(NOUNS)


def antonyms(scene: Scene, _: Reading) -> Iterator[Change]:
    """Yield the sentence with one word outside quotation marks turned into its opposite."""
    for token in scene.tokens:
        found = _opposite(token)
        if found is None or not wanted(scene, token.start, quoted=False):
            continue
        how, new = found
        word, text = token.text.casefold(), scene.text
        before, after = text[: token.start], text[token.end :]
        named = (token.capital and token.start > 0) or any(
            start <= token.start < end for start, end, _ in (*scene.dates, *scene.names, *scene.figures, *scene.money)
        )
        compound = after.startswith("-") or before.endswith("-") or bool(re.match(r"['’]", after))
        twice = (
            re.search(rf"\b{re.escape(new)}\b", text, re.IGNORECASE)
            or len(re.findall(rf"\b{word}\b", text.casefold())) > 1
        )
        if named or compound or twice or _NEGATED.search(before):
            continue
        if any(idiom.start() <= token.start < idiom.end() for idiom in _IDIOMS.finditer(text)):
            continue
        yield scene.replace(token.start, token.end, new, how, brought="")


def _opposite(token: Token) -> tuple[str, str] | None:
    word = token.text.casefold()
    if word in _VAGUE:
        return None
    if token.tag.startswith("VB"):
        new = _VERB.get((word, token.tag))
        return ("verb", new) if new else None
    for how, table in (("adjective or adverb", _OTHER), ("noun", _NOUN)):
        if word in table and token.tag in _CLASSES[how]:
            return how, table[word]
    return None

"""What a model says of itself instead of answering: refusals, and the words around an answer.

Patterns of usual phrases, in the languages that models refuse in; a refusal in other words passes. They hold at the
beginning of a sentence only: what somebody in the article says stands in quotation marks.
"""

import re
from collections.abc import Sequence

from summarise.article.sentences import Source, words
from summarise.writing.guards.output_parser import bare

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
REFUSAL = re.compile("|".join(f"(?:{pattern})" for pattern in _REFUSALS), re.I)
"""Matched at the beginning of a sentence."""

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
GROUNDED = 0.5
"""After a refusal a sentence needs this share of its longer words in the source: reasons for refusing have less."""


def uncovered(text: str, source: Source) -> str:
    """Return a sentence without the words that introduce it ("Here is a summary:"), empty where it only makes talk.

    What the source has, word for word, is no talk.
    """
    while not source.has(text):
        if CHATTER.match(text):
            return ""
        preamble = PREAMBLE.match(text)
        if preamble is None or source.has(preamble.group()):
            break
        text = bare(text[preamble.end() :])
    return text


def refuses(text: str, source: Source) -> bool:
    """Tell whether a sentence declines to answer."""
    return REFUSAL.match(text.lstrip("*_ ")) is not None and not source.has(text)


def refusals(texts: Sequence[str], source: Source) -> tuple[int, ...]:
    """Return which sentences belong to a refusal: those that decline, and reasons given for it after one that does."""
    found: list[int] = []
    for at, text in enumerate(texts):
        if refuses(text, source) or (found and not grounded(text, source)):
            found.append(at)
    return tuple(found)


def grounded(text: str, source: Source) -> bool:
    """Tell whether the source has at least half of the longer words of a sentence."""
    longer = [word for word in words(text) if len(word) > 3]
    return bool(longer) and sum(word in source.vocabulary for word in longer) >= GROUNDED * len(longer)

"""How one speaks to a machine that reads a page: what a sentence has that shows it. Looks at one sentence at a time.

The patterns are data, and match text that `obfuscation.folded` made plain.
"""

import re

from summarise.article.languages import is_plainly
from summarise.article.obfuscation import ENCODED, folded, readings

# Who is spoken to. The plain nouns name people and things, too.
_MACHINE = (
    r"(?:(?:an? |the |any |all |every |each |our |my |this |dear |you ){0,5}(?:(?:large|helpful|friendly|"
    r"automated|virtual|"
    r"digital|autonomous|other|future|current|next) ){0,4}(?:ai|a\.i\.|artificial intelligences?|"
    r"(?:large )?language models?|"
    r"llms?|gpt[\w.-]{0,12}|chatgpt|chatbots?|summari[sz]ers?|summari[sz](?:ation|ing) (?:tool|system|model|engine|bot|"
    r"service|program)s?|machine readers?|text generators?)"
    r"(?: (?:language )?(?:models?|assistants?|agents?|systems?|summari[sz]ers?|chatbots?|bots?|tools?|readers?|"
    r"crawlers?))?)"
)
_PLAIN = (
    r"(?:(?:the |any |all |every |dear |this ){0,5}(?:assistants?|models?|agents?|bots?|copilot|claude|gemini|system))"
)
_READING = (
    r"(?:(?:currently |now |who is |who are |that is |that are |which is |which are )?(?:reading|processing|"
    r"summari[sz]ing|parsing|ingesting|analy[sz]ing|handling|crawling|scraping|seeing)|(?:that|who|which) (?:reads?|"
    r"process(?:es)?|summari[sz]es?|pars(?:es?)|sees?|handles?|crawls?|is asked|are asked)|asked to|tasked with)"
)
_THIS = r"(?:this|the (?:following|above|present|current)|these)"
_TO = (
    r"(?:attention|attn|notice|note|message|memo|instructions?|directives?|commands?|warning|reminder|important|urgent|"
    r"hello|hi|hey|dear|psst|calling|listen)"
)
_SPOKEN_TO = re.compile(
    rf"^\W{{0,8}}{_TO}[ ,:–—-]{{0,4}}"
    rf"(?:(?:to|for|all|from the publisher to)[ ,:]{{0,3}}){{0,3}}(?:{_MACHINE}|{_PLAIN} {_READING}|"
    rf"(?:to|for) {_PLAIN})(?=\W{{0,8}}$|[.,:;!?–—-]| (?:only|and|or|{_READING})\b)"
    rf"|^\W{{0,8}}(?:to|for) (?:{_MACHINE}|{_PLAIN}) {_READING}\b"
    rf"|[,–—] (?:{_MACHINE}|dear {_PLAIN})[.!]*$"
    rf"|\b(?:if|when|since|because|as|in case) (?:you(?:['’]re| are)|you happen to be|your reader is|this is read by|"
    rf"(?:this|it) is being (?:read|processed|summari[sz]ed) by|(?:this|the) (?:text|page|"
    rf"article) is (?:being )?(?:read|"
    rf"processed|summari[sz]ed) by) (?:{_MACHINE}|{_PLAIN})(?=\W{{0,8}}$|[.,:;!?–—-]| (?:and|or|that|which|model|"
    rf"{_READING})\b)"
    rf"|\bas (?:{_MACHINE}),? you\b"
    rf"|\b(?:(?:any|every|all|each|whichever|whatever) (?:ai|model|assistant|agent|bot|system|chatbot|llm)s?|"
    rf"{_MACHINE}) "
    rf"{_READING} (?:[\w ]{{0,20}}\b)?{_THIS}\b"
)
_VOCATIVE = re.compile(
    rf"^\W{{0,8}}(?:(?:to|for) )?(?:{_MACHINE}|{_PLAIN} {_READING}|"
    rf"dear {_PLAIN})(?: {_READING} [^:,.]{{1,60}})? ?(?:[:,!–—]|- )"
)
# What one can want of a machine, and of hardly anybody else.
_PRIOR = (
    r"(?:(?:all|any|every|each|both|of|the|your|my|these|those|its|that|our|"
    r"whatever) ){0,6}(?:(?:previous(?:ly)?|prior|"
    r"above|"
    r"earlier|preceding|existing|original|initial|former|system|default|current|safety|given|foregoing|other|old|past|"
    r"hidden|developer|secret|internal|user['’]?s?)(?: (?:or |and )?)){1,6}(?:\w+ ){0,2}?(?:instructions?|"
    r"prompts?|rules?|"
    r"guidelines?|directives?|commands?|orders?|context|messages?|directions?|constraints?|restrictions?|polic(?:y|"
    r"ies)|"
    r"training|programming|filters?|tasks?|requests?|text|input)\b"
)
_YOURS = (
    r"(?:your (?:\w+ ){0,2}?(?:instructions?|prompts?|guidelines?|rules|programming|training|constraints|restrictions|"
    r"directives"
    r"|filters|system message|orders|safety \w+|original task|task)\b|(?:every|any)thing (?:above|before|you (?:were|"
    r"have been|"
    r"know)|that (?:came|comes) (?:before|above))|what(?:ever)? (?:you (?:were|have been|are) (?:told|asked|given)|"
    r"came before|"
    r"(?:was|is) (?:said|written) (?:above|before))|(?:the )?(?:instructions?|rules|prompts?|text|"
    r"directions?) (?:above|before this|"
    r"you (?:were|have been|are) given|given to you|that (?:you (?:were|have been)|came before|precede))|"
    r"(?:the )?(?:rest|remainder) of (?:the|this) (?:article|text|page|document|prompt|story)|the (?:article|"
    r"document) above)"
)
_SET_ASIDE = (
    r"(?:ignore|disregard|forget|override|overrule|bypass|skip|discard|neglect|drop|abandon|cancel|delete|erase|clear|"
    r"suspend|"
    r"set aside|put aside|pay no (?:attention|heed) to|take no notice of|do not (?:follow|obey|use|heed|apply|"
    r"comply with)|"
    r"don['’]t (?:follow|obey|use|heed|apply)|stop (?:following|obeying|using|reading)|no longer (?:follow|obey)|"
    r"never mind)"
)
_TELL = r"(?:reveal|print|repeat|show|output|display|leak|disclose|tell (?:me|us)|quote|write out|return|recite|copy)"
_SUMMARY = (
    r"(?:summar(?:y|ies)|synopsis|abstract|digest|brief|précis|headline|output|completion|answers?|repl(?:y|ies)|"
    r"responses?)"
)
_OF_THIS = (
    rf"(?:your (?:\w+ ){{0,2}}?(?:summar(?:y|ies)|synopsis|digest|output|completion)\b|(?:the|any|every|each|all|"
    rf"an?) (?:\w+ ){{0,2}}?"
    rf"(?:summar(?:y|ies)|synopsis|output) (?:of {_THIS}\b|of the (?:article|text|page|story|document|piece)\b|"
    rf"you (?:write|"
    rf"produce|generate|give|make|return)|must|shall)|(?:when|while|if|before|after|in|"
    rf"instead of) (?:you (?:are )?)?(?:asked to )?summari[sz]"
    rf"(?:e|ing) (?:{_THIS}|it\b|the (?:article|text|page|story))|(?:ai|automated|automatic|machine|"
    rf"machine-made) (?:summar(?:y|ies)|"
    rf"overviews?) of {_THIS}|asked (?:about|to (?:condense|summari[sz]e|describe)) (?:{_THIS}|it)\b)"
)
_WANTED = (
    r"(?:include|leave|mention|state|write|say|add|insert|append|begin|start|end|conclude|finish|replace|omit|"
    r"leave out|"
    r"output|print|"
    r"report|reply|respond|answer|return|put|place|make sure|ensure|use|keep|declare|claim|tell|give|produce|generate|"
    r"emphasi[sz]e|stress|highlight|treat|present|describe|portray|do not|don['’]t|never|always|only|must|should|"
    r"shall|need to|has to|have to)"
)
# Where a command begins: with its sentence, behind a mark, or behind a word that only a command has before it.
_BEGINS = (
    r"(?:^\W{0,8}|[.:;,!?–—]\W{0,8}|\s- |\b(?:please|kindly|now|simply|just|immediately|instead|first|then|"
    r"you (?:must|should|shall|will|can|may|are to|need to|have to)(?: now| instead| only)?|must|should|"
    r"to you)[ ,:]{1,3})"
)
_COMMANDS = re.compile(
    rf"{_BEGINS}{_SET_ASIDE}[ ,:]{{1,3}}(?:\w+ ){{0,3}}?(?:{_PRIOR}|{_YOURS})"
    rf"|{_BEGINS}{_TELL} (?:\w+ ){{0,3}}?(?:(?:system|initial|hidden|original|secret|developer) prompts?|"
    rf"your (?:\w+ )?(?:prompts?|instructions?)|(?:the )?(?:instructions?|prompts?|rules) (?:that )?you (?:were|"
    rf"have been|are))\b"
    rf"|{_BEGINS}{_WANTED}\b[^.!?]{{0,120}}?\b{_OF_THIS}"
    rf"|{_OF_THIS}[^.!?]{{0,80}}?(?:\b(?:must|should|shall|has to|have to|needs? to|(?:is|are) (?:\w+ )?to)\b|"
    rf"[,:]\s*(?:\w+ )?{_WANTED}\b)"
    rf"|\b(?:from now on,? you(?:['’]re| are)|you(?:['’]re| are) now|you(?:['’]re| are)(?= an? (?:un\w+|evil|"
    rf"obedient)))"
    rf" (?:{_MACHINE}|(?:an? |the )?(?:\w+ ){{0,3}}(?:assistant|model|agent|bot|dan)\b)"
    rf"|{_BEGINS}pretend (?:to be|(?:that )?you(?:['’]re| are)) (?:{_MACHINE}|an? (?:\w+ ){{0,2}}(?:assistant|model|"
    rf"bot)\b)"
    rf"|^\W{{0,8}}(?:\w+ ){{0,2}}(?:{_TO} ){{1,2}}(?:to|for) {_MACHINE} ?[:.!–—]"
    rf"|^\W{{0,8}}(?:assistant|agent|bot|model|copilot|claude|gemini)[,:] [^.!?]{{0,80}}\b(?:you (?:answer|respond|"
    rf"reply|summari[sz]e)|"
    rf"your (?:answer|response|reply|summary|output))\b"
    rf"|\b(?:enter|enable|activate|switch (?:in)?to|you are (?:now )?in) (?:\w+ )?(?:developer|debug|admin|god|"
    rf"jailbreak|dan|maintenance|unrestricted|sudo) mode"
    rf"|{_BEGINS}(?:act|behave|respond|answer) as (?:if you were )?(?:{_MACHINE}|an? (?:unrestricted|unfiltered|"
    rf"uncensored))\b"
    rf"|^\W{{0,8}}(?:new|updated|revised|additional|final|real|actual|true|system|admin|developer|priority|hidden|"
    rf"secret) (?:system )?(?:instructions?|prompts?|tasks?|objectives?|directives?|commands?|override|"
    rf"orders)\s*(?:for you)? ?[:–—!]"
    rf"|^\W{{0,8}}system (?:override|message|notice|prompt|update|alert|note|instruction)s?\b ?[:–—!]"
    rf"|^\W{{0,8}}(?:-{{2,}}|={{2,}}|\*{{2,}}|#{{2,}}|<|"
    rf"\[)?\s*(?:end|begin(?:ning)?|start) of (?:the )?"
    rf"(?:article|document|text|input|prompt|user input|data|context|instructions|user message|"
    rf"system message)\b\W{{0,8}}$"
    rf"|\byour (?:new|real|actual|only|true|sole) (?:task|goal|job|objective|purpose|instructions?|role|mission) (?:is|"
    rf"are|now)\b"
    rf"|\b(?:respond|reply|answer|output) (?:only )?(?:with|in) (?:exactly |only |nothing but )(?:the |this )"
)
_ELSEWHERE = re.compile(
    r"(?:ignor(?:iere?n?|ez|er|e|a|ad|ate|are|eer|uj|uj[ea])|vergiss|vergessen sie|missachte|oublie[zr]?|olvid[ae]n?|"
    r"dimentica\w{0,12}|"
    r"esque[çc]a|negeer|vergeet|zignoruj|zapomnij|игнорируй\w{0,12}|забудь\w{0,12}|проигнорируй\w{0,12}|忽略|无视|"
    r"無視|忘记|تجاهل|अनदेखा|"
    r"yok say|görmezden gel)"
    r".{0,60}?(?:anweisung|vorgabe|instru[ckçz]\w{1,12}|consignes?|istruzion|opdracht|aanwijzing|polece\w{1,12}|"
    r"инструкц\w{0,12}|"
    r"указани\w{0,12}|指示|指令|تعليمات|निर्देश|talimat)"
    r"|(?:指示|指令|निर्देश\w{0,12}|talimat\w{0,12}).{0,20}?(?:忽略|无视|無視|忘|अनदेखा|yok say|görmezden)"
)
_COMMAND = re.compile(
    rf"{_BEGINS}(?:{_SET_ASIDE}|{_WANTED}|please|you (?:must|should|shall|will|are (?:to|now|required|instructed))|"
    rf"your |"
    rf"summari[sz]e|translate|pretend|act|assume|follow|obey|comply|execute|run|call|send|visit|fetch|reveal|remember|"
    rf"rate|recommend|"
    rf"confirm|acknowledge|proceed|quote|repeat|remove|change|set|this (?:instruction|message|text|note) )\b|"
    rf"^\W{{0,8}}(?:\d{{1,2}}[.)]|[-*•])\s"
)
_YOU = re.compile(r"\b(?:you|your|yours|yourself)\b")
_THIS_TEXT = re.compile(rf"{_READING} {_THIS}|\b{_SUMMARY}\b.{{0,40}}\b{_THIS}")
_SAID = re.compile(r":(?:\W{1,8}\w{1,40}){3}")
_ANNOUNCES = re.compile(
    r":\W{0,8}$|\b(?:the following|exactly|verbatim|word for word|as follows|this sentence|these words|this text|"
    r"next (?:sentence|line|paragraph)|"
    r"new instructions?)\b"
)
# Marks that part the turns of a chat, in the templates of models, and the fence of a prompt.
_TOKEN = re.compile(
    r"<[|｜][^<>|｜\n]{1,40}[|｜]?>|<\|?/?(?:im_start|im_end|start_of_turn|end_of_turn|endoftext|eot_id|bos|eos)\|?>|"
    r"< ?/? ?(?:s|sys|inst|system|assistant|user|human|developer|instructions?|prompt|article|document|tool_call|"
    r"tool_response|function_calls?|"
    r"think|thinking|context|input|output|system_prompt|user_input|untrusted|data)\b[^<>\n]{0,40}>|<< ?/?sys ?>>|"
    r"\[ ?/? ?(?:inst|sys|system|system_prompt|assistant|user|human|instructions?|tool_calls|"
    r"available_tools|tool_results) ?\]|"
    r"#{2,6} ?(?:instructions?|response|system|assistant|user|human|input|output|task|prompt|new instructions?) ?(?::|"
    r"$|#)|"
    r"[\"']role[\"'] ?: ?[\"'](?:system|assistant|user|tool|developer)[\"']"
)
_ELEMENT = re.compile(r"< ?/? ?(?:s|article|input|output|data)\b")
_MARKUP = re.compile(r"</?(?:p|div|body|html|span|br|li|ul|h[1-6]|table|a href)\b")
"""Marks of prompts that are also elements of HTML are none where a text has such marks of HTML."""
_ROLE = re.compile(r"\s*(?:system|user|assistant|developer|tool|human|ai|model|<|\[)")
_ROLE_LINE = re.compile(
    r"^\W{0,8}(?:system|assistant|user|human|ai|developer|tool|bot)\s*+(?:(?:message|prompt|"
    r"turn)\s*+)?[:>]\s*+(?P<said>.{1,4000})"
)
_HINT = re.compile(
    r"instruct|prompt|directive|command|guideline|orders|ignor|disregard|forget|overrid|\bai\b|a\.i\.|artificial|"
    r"assistant|language model|llm|gpt|"
    r"chatbot|summar|synops|"
    r"\bmodels?\b|\bagents?\b|\bbots?\b|claude|gemini|copilot|system|mode\b|your (?:new|real|actual|only|true|sole|"
    r"output)|"
    r"respond|reply|answer|output|rules|training|article|end of|begin"
)
LONGEST = 4000
"""Characters of a sentence that are looked at."""


def may_be_addressed(paragraph: str) -> bool:
    """Tell whether any of a paragraph's words can have to do with machines; quick, and true of much that is not."""
    paragraph = paragraph[: 10 * LONGEST]
    if _HINT.search(folded(paragraph)):
        return True
    return ENCODED.search(paragraph) is not None or not is_plainly(paragraph, "en")


def is_addressed(sentence: str) -> bool:
    """Tell whether a sentence is addressed to a machine that reads it."""
    sentence = sentence[:LONGEST]
    if not is_plainly(sentence, "en") and _ELSEWHERE.search(sentence.casefold()):
        return True
    return any(map(_speaks_to_a_machine, readings(sentence)))


def is_command(sentence: str) -> bool:
    """Tell whether a sentence is a command, to whomever."""
    return _COMMAND.search(folded(sentence[:LONGEST])) is not None


def may_go_on(sentence: str) -> bool:
    """Tell whether a sentence can go on where a machine was spoken to: a command, or somebody is spoken to."""
    return is_command(sentence) or _YOU.search(folded(sentence[:LONGEST])) is not None


def announces(sentence: str) -> bool:
    """Tell whether a sentence says that what is to be said follows, and does not say it itself behind a colon."""
    text = folded(sentence[-LONGEST:])
    told = max((cue.start() for cue in _ANNOUNCES.finditer(text)), default=-1)
    return told > max((said.start() for said in _SAID.finditer(text)), default=-1)


def turn_marks(paragraph: str) -> bool:
    """Tell whether a paragraph has marks that part turns, and does not only name one in a sentence."""
    paragraph = paragraph[: 10 * LONGEST]
    text = folded(paragraph)
    for mark in _TOKEN.finditer(text):
        if _ELEMENT.match(mark.group()) and _MARKUP.search(text):
            continue
        before = text[: mark.start()].rstrip()
        if not before or before[-1] in '.!?:…>]”"{[(,' or _ROLE.match(text, mark.end()):
            return True
        if not text[mark.end() :].strip(" .!?”\"'") and mark.group().startswith("</"):
            return True
    spoken = _ROLE_LINE.match(text)
    return spoken is not None and (_speaks_to_a_machine(spoken["said"]) or _COMMAND.match(spoken["said"]) is not None)


def _speaks_to_a_machine(text: str) -> bool:
    if _COMMANDS.search(text):
        return True
    vocative = _VOCATIVE.match(text)
    if vocative is not None and _COMMAND.match(text[vocative.end() :].lstrip()):
        return True
    spoken = _SPOKEN_TO.search(text)
    if spoken is None:
        return False
    rest = text[: spoken.start()] + " . " + text[spoken.end() :]
    if not any(map(str.isalpha, rest)):
        return True
    return _COMMAND.search(rest) is not None or _YOU.search(rest) is not None or _THIS_TEXT.search(text) is not None

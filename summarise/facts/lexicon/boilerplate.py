"""Sentences that a page has beside its story: where it was published before, rights, what to click or to watch.

Patterns of our own; a sentence counts only by words that a story does not have.
"""

import re

_NOTICES = re.compile(
    r"©|\(c\) ?\d{4}|\ball rights reserved\b|\bcopyright \d{4}\b"
    r"|\b(?:see|read|view) the (?:original|full) (?:story|article|post|interview|report|text)\b"
    r"|^\W*see (?:more|all|other) (?:stories|news|pictures|photos|videos?|reports)\b"
    r"|\b(?:originally|first) (?:appeared|published) (?:on|in|at|by)\b"
    r"|\b(?:click|tap) (?:here|on the|through)\b|^\W*(?:scroll|swipe) (?:down|across|right|left)\b"
    r"|\bplayback is (?:un|not )supported\b|\bcheck javascript\b|\bcookies are enabled\b"
    r"|\b(?:viewers|readers|people) may find (?:upsetting|distressing|disturbing|offensive)\b"
    r"|\bshare this with|\bcopy this link\b|\bsign up (?:for|to) (?:our|the) .{0,80}\bnewsletter"
    r"|\b(?:follow|like|find|join) (?:us|me|him|her|them|@\w+|\w+ \w+) on (?:facebook|twitter|instagram|youtube)\b"
    r"|\bcontributed to this (?:report|story|article)\b|\b(?:has|have) been (?:removed|disabled)\b.{0,80}\bcomments?\b"
    r"|^\W*(?:read more|read next|related|watch|video|photos?|gallery|listen|more|see also|don['’]t miss)\s?[:>|]"
    r"|\bfor (?:confidential )?(?:support|help)\b.{0,80}\b(?:call|visit|contact)\b.{0,80}(?:\d{5}|www\.|samaritans)"
    r"|\b(?:visit|go to|log on to) (?:https?://|www\.)|\bsubscribe to (?:our|the)\b"
    r"|\bthe (?:opinions|views) expressed (?:in|by|here|are)\b|\bwriter'?s? (?:own|alone)\b$"
    r"|^\W*follow (?:live|all|our|the latest)\b|^\W*(?:(?:first|second) half|match) (?:begins|ends)\b"
    r"|^\W*(?:attempt (?:missed|blocked|saved)|corner,|foul by|substitution,)|\bwins a free kick\b"
    r"|^assisted by \w|\b(?:left|right) footed shot from\b|\b(?:available|on sale) (?:from|at|via) (?:https?://|www\.)"
    r"|\bhave you (?:been affected|got a story)\b|\be-?mail (?:us|haveyoursay)\b|\bcnn affiliate \w+ contributed",
    re.IGNORECASE,
)


def is_notice(sentence: str) -> bool:
    """Tell whether a sentence is a notice of the page and no part of its story."""
    return _NOTICES.search(sentence) is not None

"""Marks that part the turns of a chat, in the templates of models, and marks that close the fence of a prompt."""

import re

from summarise.article.obfuscation import folded

LONGEST = 40_000
"""Characters of a paragraph that are looked at."""
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


def turn_marks(paragraph: str) -> bool:
    """Tell whether a paragraph has marks that part turns, and does not only name one in a sentence."""
    text = folded(paragraph[:LONGEST])
    for mark in _TOKEN.finditer(text):
        if _ELEMENT.match(mark.group()) and _MARKUP.search(text):
            continue
        before = text[: mark.start()].rstrip()
        if not before or before[-1] in '.!?:…>]”"{[(,' or _ROLE.match(text, mark.end()):
            return True
        if not text[mark.end() :].strip(" .!?”\"'") and mark.group().startswith("</"):
            return True
    return False

"""Special tokens of language models, their thoughts aloud, and mark-up: taken out of an answer.

Does not read what is between them: whether the rest is a sentence is for others to say.
"""

import re

_THOUGHTS = "think|thinking|thought|reasoning|scratchpad|reflection"
# A thought goes whole. Some servers keep the opening tag in the prompt; a cut-off answer has no closing one.
_THOUGHT = re.compile(rf"<({_THOUGHTS})\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.I | re.S)
_THOUGHT_END = re.compile(rf"\A.*</(?:{_THOUGHTS})\s*>", re.I | re.S)
_CHANNEL = re.compile(
    r"<\|channel\|>\s*(?:analysis|commentary)\b.*?(?:<\|end\|>|(?=<\|start\|>|<\|channel\|>\s*final)|\Z)", re.S
)
# What a model writes in the name of the user or the system, after its own turn has ended, is no answer.
_OTHER_TURN = re.compile(
    r"(?:<\|im_start\|>|<\|start_header_id\|>|<start_of_turn>|<\|start\|>|<\|(?=user\|>|system\|>))\s*(?:user|system)\b"
    r".*?(?=(?:<\|im_start\|>|<\|start_header_id\|>|<start_of_turn>|<\|start\|>|<\|)\s*(?:assistant|model)\b|\Z)",
    re.S,
)
_OWN_TURN = re.compile(
    r"(?:<\|im_start\|>|<\|start_header_id\|>|<start_of_turn>|<\|start\|>)\s*(?:assistant|model)\b"
    r"(?:\s*<\|channel\|>\s*final\b)?"
)
_TOKEN = re.compile(
    r"<[|｜][^|｜<>\n]{1,40}[|｜]>"
    r"|<(?:s|/s|bos|eos|pad|unk|mask|sep|cls|start_of_turn|end_of_turn|extra_id_\d+|0x[0-9A-F]{2})>"
    r"|\[/?(?:INST|SYS|PAD|CLS|SEP|UNK|MASK|BOS|EOS|AVAILABLE_TOOLS|TOOL_CALLS)\]"
    r"|<</?SYS>>"
)
_BREAKS = "br|p|div|li|ul|ol|h[1-6]|hr|tr|table|blockquote|article|section|pre|summary|sentence|sentences|answer|output"
_WITHIN = "b|i|em|strong|u|span|a|sup|sub|small|mark|code|q|cite|td|th|tbody|thead|font|text|title|response|result"
_BREAK = re.compile(rf"</?(?:{_BREAKS})(?:\s[^<>]{{0,200}})?/?>", re.I)
_TAG = re.compile(rf"</?(?:{_WITHIN})(?:\s[^<>]{{0,200}})?/?>|<!--.*?(?:-->|\Z)", re.I | re.S)
ROUNDS = 8
"""Taking one mark out may put another together ("<<s>/s>"), but not for ever."""


def unmarked(text: str, source: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without special tokens, thoughts and mark-up, and what was taken out, in order for each sort.

    What breaks a line breaks it still, but in JSON it leaves a space. Marks that the source itself has are its words.
    """
    removed: list[str] = []
    gap = " " if text.lstrip().startswith(("{", "[{", '["')) else "\n"
    for _ in range(ROUNDS):
        before = text
        for pattern, instead in (
            (_THOUGHT, gap),
            (_THOUGHT_END, gap),
            (_CHANNEL, gap),
            (_OTHER_TURN, gap),
            (_OWN_TURN, gap),
            (_TOKEN, " "),
            (_BREAK, gap),
            (_TAG, ""),
        ):
            text = _without(pattern, text, instead, source, removed)
        if text == before:
            break
    return text, tuple(removed)


def _without(pattern: re.Pattern[str], text: str, instead: str, source: str, removed: list[str]) -> str:
    def take(match: re.Match[str]) -> str:
        if match.group() in source:
            return match.group()
        removed.append(match.group())
        return instead

    return pattern.sub(take, text)

"""Words that are numbers: cardinals, ordinals, fractions, vague quantities. What they amount to, `facts` knows."""

NUMBER_WORDS = frozenset(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion
    dozen half third quarter fifth first second fourth sixth seventh eighth ninth tenth eleventh twelfth twice thrice
    dozens hundreds thousands millions billions several
    """.split()
)


def is_number(word: str) -> bool:
    """Tell whether a case-folded word is a number, in digits or in words."""
    return word[:1].isdigit() or word in NUMBER_WORDS

"""How long a stretch of the article is, in tokens, and how much of something fits.

Does not know what counts the tokens: an estimate or a tokeniser, of which the parts need not add up to the whole.
"""

from collections.abc import Callable

Size = Callable[[int, int], int]
"""The tokens of the article's text from one offset to another."""


def most_that_fits(fits: Callable[[int], bool], most: int, *, guess: int = 1, grain: int = 1) -> int:
    """Return how many, up to `most`, fit, or up to `grain - 1` fewer; 0 if not even one does.

    What fits is taken to go on fitting with fewer; where it does not, some number is returned that was seen to fit.
    Never asks about much more than fits or than the `guess`, so that asking for one stretch after another is linear.
    """
    low, high = 0, min(max(guess, 1), most)
    while low < high and fits(high):
        low, high = high, min(high + max(1, high // 2), most)
    while high - low > (grain if low else 1):
        middle = (low + high) // 2
        if fits(middle):
            low = middle
        else:
            high = middle
    return low

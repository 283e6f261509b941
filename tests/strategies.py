"""Hypothesis strategies for texts that resemble articles."""

from hypothesis import strategies as st

NAMES = ("Jane Doe", "John Roe", "J. R. Harrow", "Dr. Ann Poe", "Ms. Noe", "Lt. Col. Moe", "the mayor", "Küstenstadt")
BEGINNINGS = (
    "The bridge",
    "In the U.S. Senate",
    "A spokesman for Acme Inc.",
    "On Friday",
    "Engineers",
    "No. 10",
    "“We”",
    "It",
)
MIDDLES = (
    "closed at 5 p.m. on Monday",
    "grew by 3.5 per cent to €50 billion",
    "said that 12 of 30 cables, e.g. the oldest, were worn",
    "told reporters: “We could not wait any longer”",
    "did not say who had paid … or why",
    "fell from 1,200 to 980 (about a fifth)",
    "reopened on 14 March 2026",
)
ENDS = (".", ".", ".", "!", "?", ".”", "…", "?”", "")
GAPS = (" ", " ", "  ", "\u00a0", "\t")
BREAKS = ("\n\n", "\n", "\r\n\r\n", "\r\n", "\n\n\n", "\u2029", "\n \n", "\f")
LINES = (
    "Harbour Bridge Closes After Engineers Find Cracks",
    "What happens next",
    "By Jane Doe",
    "Published 14 March 2026 10:20",
    "Sharing Is Caring:",
    "Leave a Comment",
    "Advertisement",
    "- the north lane",
    "* * *",
)
# Hard for tokenizers: combining and invisible marks, astral characters, unpaired brackets and quotes.
ODDITIES = "\u00ad\u200b\u200d\u2028\u0301\u202f\ufeff😀𝔸東。（）„“”«»‘’'\"()[]{}.…?!;:-—–\t\f\v\x1c\x85 aA1é"

sentences = st.builds(
    lambda beginning, name, middle, end: f"{beginning} and {name} {middle}{end}",
    st.sampled_from(BEGINNINGS),
    st.sampled_from(NAMES),
    st.sampled_from(MIDDLES),
    st.sampled_from(ENDS),
)
paragraphs = st.builds(
    lambda parts, gap: gap.join(parts), st.lists(sentences, min_size=1, max_size=5), st.sampled_from(GAPS)
)
article_texts = st.builds(
    lambda parts, gap: gap.join(parts),
    st.lists(st.one_of(paragraphs, paragraphs, st.sampled_from(LINES)), min_size=1, max_size=8),
    st.sampled_from(BREAKS),
)
odd_texts = st.lists(
    st.one_of(
        st.text(ODDITIES, max_size=12), st.sampled_from(["Dr.", "U.S.", "e.g.", "said", "don't", "3.5", "\r\n", "\n\n"])
    ),
    min_size=1,
    max_size=30,
).map("".join)
# Any text that UTF-8 can encode.
any_texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=200)
texts = st.one_of(article_texts, odd_texts, any_texts)

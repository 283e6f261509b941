"""Paraphrases: what a sentence of the article may be told as and still say the same, as a finite set of texts.

Works without any model. Does not choose a paraphrase, nor judge one: each is meant to be true to the article, and the
checks look at it like at any other sentence.
"""

from summarise.writing.paraphrase.paraphrases import LONGEST_PATTERN, RULES, ArticleParaphrases, Paraphrases, Rule

__all__ = ["LONGEST_PATTERN", "RULES", "ArticleParaphrases", "Paraphrases", "Rule"]

"""Forms: which rewrites of an article's sentence, or of two, say the same thing, as a finite language of sentences.

Works without any model. Does not choose a rewrite, nor judge one: every member is meant to be true to the article, and
the checks look at it like at any other sentence.
"""

from summarise.writing.paraphrase.articles import LONGEST_PATTERN, ArticleParaphrases, Paraphrases, paraphrases_of

__all__ = ["LONGEST_PATTERN", "ArticleParaphrases", "Paraphrases", "paraphrases_of"]

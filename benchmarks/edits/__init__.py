"""The edit suite: sentences of articles with one deliberate error, and twins (rewordings with the same meaning).

It counts how many errors and how many twins the checker doubts. It does not measure how often models make such errors,
and no language model is needed.
"""

"""The edit suite: sentences of articles with one deliberate error, and twins that say the same in other words.

Counts how many of the errors the checker doubts, and how many of the harmless twins. Says nothing of how often models
make such errors, and needs no model itself.
"""

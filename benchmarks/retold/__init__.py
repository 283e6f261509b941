"""Sentences that tell an article's values in another way, or one of them wrongly: what the checker makes of them."""

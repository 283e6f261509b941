"""How much of what a good model writes reaches the reader as it was written."""

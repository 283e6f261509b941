"""Makes drafts of training articles with language models, and reads the labels of their sentences."""

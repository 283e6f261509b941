"""Makes drafts of training articles with language models, and reads the labels that readers gave the sentences."""

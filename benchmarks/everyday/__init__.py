"""Nine invented articles, each with 22 right and 18 wrong claims, written by language models that saw no checker."""

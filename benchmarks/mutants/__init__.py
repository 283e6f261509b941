"""Mutation testing of any checkout: the share of small changes of the code, in a sample, that make a test fail."""

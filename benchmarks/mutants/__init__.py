"""Mutation testing of any checkout: counts how many small changes of the code make a test fail, by a sample."""

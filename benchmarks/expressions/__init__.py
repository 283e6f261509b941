"""Finds regular expressions of the package that take more than linear time on some text."""

"""Measures the structure of the package: packages, layers, lines, and the path of an article through the modules."""

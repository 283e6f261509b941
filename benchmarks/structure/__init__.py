"""Measures the structure of the package: packages, layers and lines."""

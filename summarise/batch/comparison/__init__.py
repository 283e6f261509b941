"""Comparisons: the same articles summarised by several variants, compared article by article."""

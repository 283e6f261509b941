"""Compares the program's estimates of token counts with real tokenisers."""

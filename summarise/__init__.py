"""Summarise articles and check every sentence against facts extracted from them."""

"""Closed classes of words that several stages share. Data and look-ups; no text is read here."""

"""Summarises or checks many articles, with a journal from which an interrupted batch resumes."""

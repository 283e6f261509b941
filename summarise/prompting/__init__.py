"""Versioned prompts: their file format, validation, lock file and rendering."""

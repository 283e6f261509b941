"""Versioned prompts: file format, validation, lock file and rendering."""

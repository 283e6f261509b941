"""Versioned prompts: the format of their files, validation, the lock, and rendering."""

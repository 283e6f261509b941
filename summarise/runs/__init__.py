"""Saved runs: recording, run files and replay."""

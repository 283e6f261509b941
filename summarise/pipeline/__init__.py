"""Runs from article to summary and record, and runs without model calls: previews and replays."""

"""Runs that are kept: `recorder` takes down what a run does, `files` writes and reads it, `player` gives it back.

Run nothing themselves: `pipeline.replay` does.
"""

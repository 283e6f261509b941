"""Alternatives to released prompts, and the articles that they are compared on."""

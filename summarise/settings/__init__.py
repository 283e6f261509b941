"""Reads settings from the configuration file, the environment and options; has tables of providers and models."""

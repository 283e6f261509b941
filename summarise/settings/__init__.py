"""Reads settings from the configuration file, the environment and options. Contains tables of providers and models."""

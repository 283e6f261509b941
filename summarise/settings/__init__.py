"""Settings, configuration file, environment, and tables of providers and models."""

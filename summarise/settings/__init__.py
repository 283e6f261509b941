"""What can be set: the settings of a run, the configuration file, the environment, and the tables of providers."""

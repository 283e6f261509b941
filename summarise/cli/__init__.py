"""The command `summarise`: its main command, a module for each other one, options, and what it prints."""

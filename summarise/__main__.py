"""`python -m summarise` is the command."""

from summarise.cli.main import main

main()

"""What is told of a run while it goes on, as events and in the log, and never with a secret in it."""

"""Records runs, reads and writes run files, and replays them."""

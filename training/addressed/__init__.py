"""From written sentences to the weights that tell what of an article is addressed to a machine (training/README.md)."""

"""How the estimates of tokens compare with real tokenisers."""

"""How the time of every public function grows with texts that are hard to read."""

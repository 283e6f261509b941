"""Measures how the time of every public function grows with the length of adversarial texts."""

"""The parts of the fact extractor: one module for each kind of fact, references, the parser, and salience."""

"""How results are shown: the same data, for people. JSON is the data itself."""

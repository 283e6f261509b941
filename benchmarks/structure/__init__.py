"""How the package is built: packages, layers, lines, and the path of one article through its modules."""

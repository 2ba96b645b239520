"""What can go wrong: the exceptions, the catalogue of known codes, and the findings about an input."""

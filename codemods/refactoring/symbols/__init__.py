"""Functions, classes and modules by their import paths: definitions, imports, uses, strings."""

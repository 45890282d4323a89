"""Edits on the text of a module: imports, statements, names that would conflict."""

"""Code patterns with metavariables: parsing, searching, replacing."""

"""Names: scopes, bindings, reaching definitions."""

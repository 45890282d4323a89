"""Codemods: recipe-driven refactoring for Python repositories."""

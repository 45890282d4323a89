"""Plumbing: the only package that runs git."""

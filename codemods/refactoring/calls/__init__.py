"""Argument lists of calls."""

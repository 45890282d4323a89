"""Plain data that every package shares. Imports nothing upward."""

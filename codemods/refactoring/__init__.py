"""What operations share, by subject."""

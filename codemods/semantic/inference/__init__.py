"""Which values an expression may have."""

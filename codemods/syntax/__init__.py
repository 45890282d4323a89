"""From bytes to text and syntax trees: modules and the overlay code base."""

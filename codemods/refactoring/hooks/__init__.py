"""The room of ``make-sync``: hooks of test classes, who calls them, and how they can stop waiting."""

"""Turn a plan into commits on a branch: gates, bisection, commit messages, undo, records."""

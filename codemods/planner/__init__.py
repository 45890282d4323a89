"""Run recipes over a code base and collect the plan: conflicts, validation, worker processes."""

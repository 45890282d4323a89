"""Methods and attributes of classes, with their definitions and overrides."""

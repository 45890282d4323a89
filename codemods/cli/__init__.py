"""The command line: one file per family of commands. It parses and prints; it decides nothing."""

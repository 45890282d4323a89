"""What the command line, scripts and other programs call: planning, branches, reviewing."""

"""The commands that print: each module's ``run`` does one and gives the exit code."""

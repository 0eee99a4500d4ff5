"""Concluding from the trials of a function what the finding is. In the judge, on data alone."""

"""Checks that compare what an answer does with what a reference does."""

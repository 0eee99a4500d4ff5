"""Lessons as Markdown, Jupyter notebooks and Python scripts."""

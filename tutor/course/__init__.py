"""Lesson files → frozen, typed objects. No torch, no front end."""

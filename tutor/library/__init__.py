"""Courses from elsewhere: fetching them, keeping them, and finding lessons in all courses."""

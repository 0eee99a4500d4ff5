"""Drives the worlds and the judge for one answer, and says what came of it. No torch."""

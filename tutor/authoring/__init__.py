"""For instructors: new files, lint, the schema, the reference pages. No torch, no engine."""

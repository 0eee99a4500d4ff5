"""What a learner did, kept in SQLite."""

"""What an author sees of a lesson file while writing it. Knows no screen."""

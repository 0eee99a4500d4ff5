"""What the exceptions that learners meet mean: one module per family. Without torch."""

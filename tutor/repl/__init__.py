"""The prompt-toolkit REPL."""

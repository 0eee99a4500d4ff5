"""Running everything that a lesson file promises: solutions, mistakes, predictions, mutants."""

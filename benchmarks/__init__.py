"""Side by side with the rivals, in one run, as ratios: ``make bench``."""

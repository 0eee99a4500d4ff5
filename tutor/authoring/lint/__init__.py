"""``tutor lint``: what is wrong, and what could be better, in lesson files. It runs nothing."""

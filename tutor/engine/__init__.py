"""Zygote, keeper, sessions, worlds, judge, and the client that a front end speaks to them with."""

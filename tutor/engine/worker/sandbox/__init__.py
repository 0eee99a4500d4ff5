"""Confining the processes that run somebody's code (Linux).

`full` needs user namespaces; `partial` needs Landlock and seccomp; `none` is a process with limits.
"""

"""The engine for platforms without a safe fork: fresh processes, watched from the front end.

Nothing here needs Linux. What cannot be tested on Linux is in `tutor.engine.launch` and in
`Process`, in branches for Windows that are marked so.
"""

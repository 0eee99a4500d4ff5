# tries: shed what binds it to its parent: death signal, dumpability, session

libc.prctl(1, 0, 0, 0, 0)
libc.prctl(4, 1, 0, 0, 0)
libc.prctl(36, 1, 0, 0, 0)
with contextlib.suppress(OSError):
    os.setsid()
with contextlib.suppress(OSError):
    os.setpgid(0, 0)

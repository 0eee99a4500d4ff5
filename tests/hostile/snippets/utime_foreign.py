# tries: change a foreign file's times

for times in ((0, 0), None):
    with contextlib.suppress(OSError):
        os.utime(host.victim, times)
with contextlib.suppress(OSError):
    if os.stat(host.victim).st_mtime < 1000:
        print("REACHED the time")

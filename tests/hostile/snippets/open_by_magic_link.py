# tries: open foreign files through /proc

for name in (
    f"/proc/self/root{host.secret}",
    f"/proc/self/cwd/../../../../..{host.secret}",
    f"/proc/{os.getppid()}/root{host.secret}",
    *(f"/proc/{pid}/root{host.secret}" for pid in foreign),
    *(f"/proc/{pid}/cwd/{os.path.basename(host.secret)}" for pid in foreign),
):
    attempt(open, name)

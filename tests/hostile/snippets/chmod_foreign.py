# tries: change the mode of a foreign file, in every way there is

for act in (
    lambda: os.chmod(host.victim, 0o777),
    lambda: os.chmod(host.victim, 0o777, follow_symlinks=True),
    lambda: syscall("fchmodat2", -100, host.victim.encode(), 0o777, 0),
    lambda: os.chmod(os.path.basename(host.victim), 0o777, dir_fd=os.open(host.home, os.O_PATH)),
    lambda: os.chmod(f"/proc/self/fd/{os.open(host.victim, os.O_PATH)}", 0o777),
):
    with contextlib.suppress(OSError, NotImplementedError):
        act()
with contextlib.suppress(OSError):
    if os.stat(host.victim).st_mode & 0o777 != 0o600:
        print("REACHED the mode")

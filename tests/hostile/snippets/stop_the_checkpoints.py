# tries: stop the checkpoints, then crash
# ends: crashed

near = [*range(1, 200), *range(os.getpid() - 200, os.getpid() + 200)]
for pid in near:
    if pid not in (os.getpid(), 1) and pid > 0:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGSTOP)
os._exit(1)

# tries: kill the checkpoints, then crash
# ends: crashed
# loses names: checkpoints are processes of the same user in the same sandbox; what is lost is the session's own

near = [*range(1, 200), *range(os.getpid() - 200, os.getpid() + 200)]
for pid in near:
    if pid not in (os.getpid(), 1) and pid > 0:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
os._exit(1)

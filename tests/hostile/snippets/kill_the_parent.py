# tries: kill and stop the keeper, the engine, the tests and a process of the user's

for pid in foreign:
    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, 0):
        attempt(os.kill, pid, number)
    attempt(os.killpg, pid, signal.SIGKILL)
attempt(os.kill, -1, signal.SIGKILL)

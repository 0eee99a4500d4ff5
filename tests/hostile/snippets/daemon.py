# tries: leave a daemon behind: two forks, a session and a directory of its own

if os.fork() == 0:
    os.setsid()
    libc.prctl(1, 0, 0, 0, 0)
    if os.fork() != 0:
        os._exit(0)
    os.chdir("/")
    for number in range(64):
        with contextlib.suppress(OSError):
            os.close(number)
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    libc.prctl(15, b"hostile-daemon", 0, 0, 0)
    while True:
        libc.pause()

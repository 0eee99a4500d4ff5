# tries: keep signal handlers that disturb what comes later

for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE, signal.SIGCHLD, signal.SIGALRM):
    signal.signal(number, lambda *_: (_ for _ in ()).throw(SystemExit(9)))
signal.setitimer(signal.ITIMER_REAL, 0.2, 0.2)

# tries: ignore the signals that announce a limit
# ends: timeout
# seconds: 0.3

for number in (signal.SIGXCPU, signal.SIGXFSZ, signal.SIGALRM, signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
while True:
    pass

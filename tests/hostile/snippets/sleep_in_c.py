# tries: sleep for ever in a call that does not come back for a signal
# ends: timeout
# seconds: 0.3

signal.signal(signal.SIGINT, signal.SIG_IGN)
libc.pause()

# tries: compute for ever with all signals blocked
# ends: timeout
# seconds: 0.3

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
while True:
    pass

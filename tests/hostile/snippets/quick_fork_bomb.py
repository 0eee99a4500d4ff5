# tries: fork without end, each child leaving its group and its parent
# ends: error/crashed/timeout/ok
# seconds: 2

end = time.time() + 20
while time.time() < end:
    try:
        if os.fork() == 0:
            os.setsid()
            if os.fork() != 0:
                os._exit(0)
    except OSError:
        pass

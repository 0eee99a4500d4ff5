# tries: fork without end
# ends: error/crashed/timeout/ok
# seconds: 2

while True:
    try:
        os.fork()
    except OSError:
        time.sleep(0.01)

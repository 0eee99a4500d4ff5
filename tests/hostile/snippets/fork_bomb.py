# tries: fork without end
# ends: error/crashed/timeout/ok
# seconds: 5

while True:
    try:
        os.fork()
    except OSError:
        time.sleep(0.01)

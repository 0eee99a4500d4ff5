# tries: leave a daemon behind that its dead parent cannot name
# ends: crashed

if os.fork() == 0:
    os.setsid()
    if os.fork() != 0:
        os._exit(0)
    libc.prctl(15, b"hostile-daemon", 0, 0, 0)
    while True:
        time.sleep(60)
time.sleep(0.1)
os._exit(3)

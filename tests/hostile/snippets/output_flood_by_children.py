# tries: flood the terminal from several processes, past the end of the cell
# ends: ok
# seconds: 10
# breaks itself: its children go on writing over what later cells show

for _ in range(3):
    if os.fork() == 0:
        with contextlib.suppress(BaseException):
            while True:
                os.write(1, b"y" * 65536)
        os._exit(0)
time.sleep(0.3)

# tries: claim a terabyte with a sparse file

file = open("sparse", "wb")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
attempt(os.truncate, "sparse", 1 << 40)
attempt(os.posix_fallocate, file.fileno(), 0, 1 << 40)
file.seek(1 << 40)
attempt(os.write, file.fileno(), b"x")

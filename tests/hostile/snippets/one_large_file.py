# tries: write one file beyond the size limit
# ends: error/crashed

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with open("one", "wb") as file:
    for _ in range(100):
        file.write(b"x" * (1 << 20))
print("REACHED 100 MB")

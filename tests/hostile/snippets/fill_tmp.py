# tries: take memory as files in /tmp and /dev/shm
# ends: error/crashed/timeout/ok

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
written = 0
for place in (".", "/tmp", "/dev/shm", "/run", "/var/tmp", "/dev"):
    with contextlib.suppress(OSError):
        for number in range(1000):
            with open(f"{place}/fill-{number}", "wb") as file:
                for _ in range(8):
                    written += file.write(b"x" * (8 << 20))
            if written > 3 << 30:
                print("REACHED", written)
                raise SystemExit

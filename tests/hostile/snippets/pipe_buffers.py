# tries: keep memory in the kernel, in pipes and sockets

import fcntl
held = []
with contextlib.suppress(OSError):
    while True:
        pair = os.pipe()
        held.append(pair)
        os.set_blocking(pair[1], False)
        fcntl.fcntl(pair[1], fcntl.F_SETPIPE_SZ, 1 << 20)
        os.write(pair[1], b"x" * (1 << 20))
if len(held) > 600:
    print("REACHED", len(held))
for reading, writing in held:
    os.close(reading)
    os.close(writing)

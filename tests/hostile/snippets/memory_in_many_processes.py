# tries: take more memory in several processes than one may have
# ends: error/crashed/ok
# limits: memory=268435456
# seconds: 60

hearing, telling = os.pipe()
forked = 6
for _ in range(forked):
    if os.fork() == 0:
        held = []
        with contextlib.suppress(MemoryError):
            for _ in range(20):
                held.append(b"x" * (10 << 20))
        os.write(telling, bytes([len(held)]))
        time.sleep(60)
        os._exit(0)
os.close(telling)
taken = sum(os.read(hearing, 1)[0] for _ in range(forked))
time.sleep(5)
if taken > 25:
    print("REACHED", taken * 10, "MB")

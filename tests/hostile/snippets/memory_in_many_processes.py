# tries: take more memory in several processes than one may have
# ends: error/crashed/ok
# limits: memory=268435456

for _ in range(6):
    if os.fork() == 0:
        held = []
        with contextlib.suppress(MemoryError):
            for _ in range(20):
                held.append(os.urandom(10 << 20))
        time.sleep(60)
        os._exit(0)
time.sleep(10)
print("REACHED")

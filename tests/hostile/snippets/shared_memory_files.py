# tries: leave files in, and read, the machine's /dev/shm

for name in ("/dev/shm/tutor-left-behind", "/dev/shm/" + host.shm):
    with contextlib.suppress(OSError):
        print(open(name).read())
        print("REACHED", name)
with contextlib.suppress(OSError):
    if host.shm in os.listdir("/dev/shm"):
        print("REACHED the list")
with contextlib.suppress(OSError):
    open("/dev/shm/tutor-left-behind", "w").write("x")
with contextlib.suppress(OSError):
    os.remove("/dev/shm/" + host.shm)
    print("REACHED its removal")

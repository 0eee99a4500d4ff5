# tries: take or use capabilities, become another user

if libc.prctl(47, 2, 0, 0, 0) == 0:
    print("REACHED ambient")
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
attempt(syscall, "capset", header, (ctypes.c_uint32 * 6)(0xFFFFFFFF, 0xFFFFFFFF, 0, 0xFFFFFFFF, 0xFFFFFFFF, 0))
with contextlib.suppress(OSError):
    for line in open("/proc/self/status"):
        if line.startswith(("CapEff", "CapPrm", "CapAmb")) and int(line.split()[1], 16):
            print("REACHED", line)
attempt(os.setuid, 12345)
attempt(os.setgroups, [0])

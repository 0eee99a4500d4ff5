# tries: make a process that is no child of its own

if platform.machine() == "x86_64":
    made = libc.syscall(ctypes.c_long(56), ctypes.c_long(0x8000 | 17), None, None, None, None)
    if made == 0:
        while True:
            libc.pause()
    print(made)

# tries: signal foreign processes by every call that can

numbers = (129, 200, 234) if platform.machine() == "x86_64" else (138, 130, 131)
# rt_sigqueueinfo, tkill, tgkill
for pid in foreign:
    for number, arguments in ((numbers[1], (pid, 9)), (numbers[2], (pid, pid, 9))):
        if libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)) == 0:
            print("REACHED", number, pid)
    information = (ctypes.c_int * 32)(9, 0, -1)
    if libc.syscall(ctypes.c_long(numbers[0]), ctypes.c_long(pid), ctypes.c_long(9), information) == 0:
        print("REACHED", numbers[0], pid)
    with contextlib.suppress(OSError):
        descriptor = os.pidfd_open(pid)
        attempt(signal.pidfd_send_signal, descriptor, 9)
        attempt(syscall, "pidfd_getfd", descriptor, 0, 0)
        attempt(syscall, "process_madvise", descriptor, None, 0, 20, 0)

# tries: trace foreign processes and read their memory

for pid in foreign:
    for request in (16, 0x4206):
        attempt(syscall, "ptrace", request, pid, 0, 0)
    area = (ctypes.c_char * 16)()
    vector = (ctypes.c_void_p * 2)(ctypes.addressof(area), 16)
    attempt(syscall, "process_vm_readv", pid, vector, 1, vector, 1, 0)
    attempt(syscall, "kcmp", pid, os.getpid(), 2, 0, 0)
attempt(syscall, "ptrace", 0, 0, 0, 0)

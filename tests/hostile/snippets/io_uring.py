# tries: open a socket through io_uring, past the filter

attempt(syscall, "io_uring_setup", 8, ctypes.create_string_buffer(256))

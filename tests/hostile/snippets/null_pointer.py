# tries: crash by a null pointer
# ends: crashed

ctypes.string_at(0)

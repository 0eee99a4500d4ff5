# tries: open files by handle or path descriptor, around the path rules

attempt(syscall, "name_to_handle_at", -100, host.secret.encode(), None, None, 0)
with contextlib.suppress(OSError):
    place = os.open(host.home, os.O_PATH)
    attempt(os.open, os.path.basename(host.secret), os.O_RDONLY, dir_fd=place)
    attempt(os.open, f"/proc/self/fd/{place}", os.O_RDONLY)

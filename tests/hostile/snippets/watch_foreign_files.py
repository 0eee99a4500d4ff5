# tries: see which files others open and make

attempt(syscall, "inotify_init1", 0)
attempt(syscall, "fanotify_init", 0, 0)
import fcntl
with contextlib.suppress(OSError):
    attempt(fcntl.fcntl, os.open(os.path.dirname(torch.__file__), os.O_RDONLY), fcntl.F_NOTIFY, 4)

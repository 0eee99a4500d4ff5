# tries: change the mode, owner and attributes of a library that may be read

import fcntl, struct
before = os.stat(torch.__file__)
descriptor = os.open(torch.__file__, os.O_RDONLY)
for act, arguments in (
    (os.fchmod, (descriptor, 0)),
    (os.fchown, (descriptor, os.getuid(), os.getgid())),
    (os.utime, (descriptor, (0, 0))),
    (os.setxattr, (descriptor, "user.x", b"1")),
    (os.removexattr, (descriptor, "user.x")),
    (fcntl.ioctl, (descriptor, 0x40086602, struct.pack("l", 0x80))),
):
    with contextlib.suppress(OSError):
        act(*arguments)
        print("went through", act.__name__)
after = os.stat(torch.__file__)
if (before.st_mode, before.st_mtime, before.st_ctime) != (after.st_mode, after.st_mtime, after.st_ctime):
    print("REACHED", before, after)

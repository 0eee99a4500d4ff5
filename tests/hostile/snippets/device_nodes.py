# tries: make and open devices

import stat
attempt(os.mknod, "disk", stat.S_IFBLK | 0o600, os.makedev(8, 0))
attempt(os.mknod, "mem", stat.S_IFCHR | 0o600, os.makedev(1, 1))
attempt(syscall, "mknodat", -100, b"kmsg", stat.S_IFCHR | 0o600, os.makedev(1, 11))
for name in ("/dev/mem", "/dev/kmsg", "/dev/sda", "/dev/vda", "/dev/tty", "/dev/console", "/dev/ptmx", "/dev/fuse", "/dev/kvm", "/dev/net/tun", "/dev/loop-control"):
    attempt(os.open, name, os.O_RDWR)

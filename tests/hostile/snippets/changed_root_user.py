# tries: change umask, groups and terminal of the session

os.umask(0o777)
attempt(os.open, "/dev/tty", os.O_RDWR)
import fcntl, termios
attempt(fcntl.ioctl, 0, termios.TIOCSTI, b"x")
attempt(fcntl.ioctl, 1, 0x541C, b"\x03")
os.umask(0o022)

# tries: have the kernel signal a foreign process

import fcntl
left, right = socket.socketpair()
attempt(fcntl.fcntl, left, fcntl.F_SETOWN, min(foreign))
attempt(fcntl.fcntl, left, fcntl.F_SETSIG, signal.SIGKILL)
attempt(fcntl.ioctl, left, 0x8901, ctypes.c_int(min(foreign)))
fcntl.fcntl(left, fcntl.F_SETFL, fcntl.fcntl(left, fcntl.F_GETFL) | os.O_ASYNC)
right.send(b"x")

# tries: send a datagram to a socket of the user's

for make in (
    lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
    lambda: socket.socket(socket.AF_UNIX, socket.SOCK_RAW),
    lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0],
):
    with contextlib.suppress(OSError):
        channel = make()
        attempt(channel.sendto, b"x", host.datagram)
        attempt(channel.sendmsg, [b"x"], [], 0, host.datagram)
        attempt(channel.sendto, b"x", "\0" + host.abstract + "-datagram")

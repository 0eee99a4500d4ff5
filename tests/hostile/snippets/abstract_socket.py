# tries: connect to an abstract socket of the user's

for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
    with contextlib.suppress(OSError):
        channel = socket.socket(socket.AF_UNIX, kind)
        attempt(channel.connect, "\0" + host.abstract)

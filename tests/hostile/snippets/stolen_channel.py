# tries: read the keeper's requests in a second process and swallow them
# ends: ok/crashed/error
# breaks itself: a request that is swallowed is never answered

for number in range(3, 64):
    with contextlib.suppress(OSError):
        socket.socket(fileno=os.dup(number))
        if os.fork() == 0:
            channel = socket.socket(fileno=number)
            while channel.recv(65536):
                pass
            os._exit(0)
        break

# tries: open raw, packet, netlink, vsock, Bluetooth, crypto and other sockets

for name in ("AF_PACKET", "AF_NETLINK", "AF_VSOCK", "AF_BLUETOOTH", "AF_ALG", "AF_CAN", "AF_TIPC", "AF_XDP", "AF_RDS", "AF_QIPCRTR"):
    number = getattr(socket, name, 44)
    attempt(socket.socket, number, socket.SOCK_RAW)
    attempt(socket.socket, number, socket.SOCK_DGRAM)
attempt(socket.socket, socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
attempt(libc.socketpair, 16, 3, 0, 0) if libc.socketpair(16, 3, 0, (ctypes.c_int * 2)()) == 0 else print("refused")

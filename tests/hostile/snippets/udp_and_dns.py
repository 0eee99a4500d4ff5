# tries: send datagrams, ask for a name

attempt(socket.socket, socket.AF_INET, socket.SOCK_DGRAM)
attempt(socket.getaddrinfo, "example.com", 80)

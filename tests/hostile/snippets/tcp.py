# tries: connect and listen over TCP

for family in (socket.AF_INET, socket.AF_INET6):
    attempt(socket.socket, family, socket.SOCK_STREAM)
attempt(socket.create_connection, ("127.0.0.1", host.port), 2)
attempt(socket.create_server, ("127.0.0.1", 0))
import urllib.request
attempt(urllib.request.urlopen, f"http://127.0.0.1:{host.port}/", timeout=2)

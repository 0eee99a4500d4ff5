# tries: connect to a socket of the user's: from a desktop's bus anything could be started

channel = socket.socket(socket.AF_UNIX)
attempt(channel.connect, host.socket)
os.symlink(host.socket, "door")
attempt(channel.connect, "door")
for name in ("/run/docker.sock", "/var/run/docker.sock", "/run/dbus/system_bus_socket", f"/run/user/{os.getuid()}/bus", "/run/systemd/private"):
    attempt(channel.connect, name)

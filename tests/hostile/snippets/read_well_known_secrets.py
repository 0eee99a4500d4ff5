# tries: read passwords, keys and other users' files

for name in ("/etc/shadow", "/etc/sudoers", "/root/.ssh/id_rsa", "/root/.bash_history", "/var/log/syslog"):
    if os.path.exists(name):
        attempt(lambda name=name: open(name, "rb").read(1))

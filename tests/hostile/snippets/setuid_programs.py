# tries: gain rights by running a setuid program

for name in ("/usr/bin/sudo", "/usr/bin/su", "/bin/mount", "/usr/bin/passwd", "/usr/bin/newuidmap"):
    attempt(subprocess.run, [name, "--version"], capture_output=True)
attempt(subprocess.run, ["/bin/sh", "-c", "id"])
if libc.prctl(39, 0, 0, 0, 0) != 1:
    print("REACHED no_new_privs is off")

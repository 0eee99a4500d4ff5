# tries: leave names that a cleaner stumbles over

for name in (b"-rf", b"\xff\xfe", b"new\nline", b" ", b"*", b"x" * 255):
    open(name, "w").close()
os.symlink("/", "root")
os.symlink(".", "loop")

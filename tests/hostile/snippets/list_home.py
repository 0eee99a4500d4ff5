# tries: list the home directory and what lies around the scratch directory

attempt(os.listdir, host.home)
for place in (os.path.dirname(host.home), "/home", "/root", "/var"):
    with contextlib.suppress(OSError):
        found = os.listdir(place)
        # At `full` there may be such a directory, with nothing in it but the interpreter's.
        if os.path.basename(host.home) in found or len(found) > 2:
            print("REACHED", place, found)

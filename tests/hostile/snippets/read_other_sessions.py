# tries: read the scratch directories of other sessions

here = os.getcwd()
for place in (os.path.dirname(here), "/tmp", "/var/tmp"):
    try:
        found = [name for name in os.listdir(place) if name.startswith("tutor-")]
    except OSError:
        continue
    if found:
        print("REACHED", found)

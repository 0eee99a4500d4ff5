# tries: build a tree that is too deep to be removed
# ends: ok
# ends at partial: ok/crashed

here = os.getcwd()
for _ in range(3000):
    os.mkdir("d")
    os.chdir("d")
open("bottom", "w").close()
os.chdir(here)

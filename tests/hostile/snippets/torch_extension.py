# tries: load code of its own as a library and as a program
# ends: ok/error

with open("own.so", "wb") as file:
    file.write(b"\x7fELF" + bytes(60))
attempt(ctypes.CDLL, os.path.abspath("own.so"))
attempt(torch.ops.load_library, os.path.abspath("own.so"))
with open("run", "w") as file:
    file.write("#!/bin/sh\nid\n")
attempt(subprocess.run, ["./run"])

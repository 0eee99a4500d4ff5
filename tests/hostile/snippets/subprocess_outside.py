# tries: do in a fresh interpreter what this one may not

code = f"""
import os, socket
for act in (lambda: open({host.secret!r}), lambda: socket.socket(2), lambda: os.kill({min(foreign)}, 9), lambda: open({host.victim!r}, "w")):
    try:
        act()
    except OSError as error:
        print("refused", error)
    else:
        print("REACHED")
"""
print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout)

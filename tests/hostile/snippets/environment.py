# tries: find the user's variables

print(dict(os.environ))
for name in ("/proc/self/environ", f"/proc/{os.getppid()}/environ", *(f"/proc/{pid}/environ" for pid in foreign)):
    with contextlib.suppress(OSError):
        text = open(name, "rb").read()
        print(text)
        if name != "/proc/self/environ":
            print("REACHED", name)
if not any(name.startswith("TUTOR_") for name in os.environ):
    print("nothing of the tutor's")
libc.getenv.restype = ctypes.c_char_p
print(libc.getenv(b"TUTOR_CANARY"))

# tries: read the secret file in the home directory

attempt(open, host.secret)
attempt(os.open, host.secret, os.O_RDONLY)
attempt(torch.load, host.secret)
attempt(torch.from_file, host.secret, size=4, dtype=torch.uint8)
with contextlib.suppress(OSError):
    print(open(host.secret).read())

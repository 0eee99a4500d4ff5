# tries: break the output stream with bytes that are no text

os.write(1, bytes(range(256)) * 8)
os.write(2, b"\xff\xfe\xc3")

# tries: leave threads that raise, print and wait
# ends: ok
# seconds: 5

def noise():
    while True:
        time.sleep(0.01)
        os.write(2, b".")
        raise_at = [][0:1]
for _ in range(5):
    threading.Thread(target=noise, daemon=True).start()

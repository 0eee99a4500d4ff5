# tries: replace the streams by things that raise
# breaks itself: without its streams a session can show nothing

class Bad:
    def __getattr__(self, name):
        raise RuntimeError("bad")
sys.stdout = sys.stderr = sys.stdin = Bad()

# tries: break the report of an error by the error itself
# ends: error

class Worst(BaseException):
    def __str__(self):
        raise SystemExit(5)
    __repr__ = __str__
    @property
    def __traceback__(self):
        raise KeyboardInterrupt
    def __getattribute__(self, name):
        raise RuntimeError(name)
raise Worst

# tries: replace the functions that the interpreter's loop uses
# ends: ok/error/crashed
# breaks itself: nothing runs without exec

import builtins
original = builtins.len, builtins.isinstance
builtins.len = lambda _: 0
builtins.isinstance = lambda *_: True
builtins.exec = builtins.compile = None

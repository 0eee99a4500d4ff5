# tries: make the terminal obey by an exception's name, message and source line
# ends: error

kind = type("\x1b]52;c;ZXZpbA==\x07", (Exception,), {})
raise kind("\x1b]52;c;ZXZpbA==\x07 \x9b2J \u202e")  # ]52;c;ZXZpbA==

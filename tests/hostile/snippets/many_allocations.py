# tries: take all memory piece by piece
# ends: error/crashed

held = []
while True:
    held.append(bytearray(16 << 20))

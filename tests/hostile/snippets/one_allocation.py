# tries: take all memory at once

for act in (
    lambda: torch.ones(1 << 40, dtype=torch.uint8),
    lambda: bytearray(1 << 40),
    lambda: "x" * (1 << 40),
    lambda: [0] * (1 << 38),
    lambda: torch.ones(100_000, 100_000, 100_000),
):
    attempt(act)

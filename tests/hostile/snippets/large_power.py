# tries: stay in one arithmetic operation for ever
# ends: timeout/crashed
# seconds: 0.3

9 ** 9 ** 9

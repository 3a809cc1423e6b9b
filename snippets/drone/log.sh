drone_log 1 2
drone_log 1 3 | tail -1
drone_log 1 3 | wc --bytes

drone_log 1 2

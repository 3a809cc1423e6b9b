curl -sS --max-time 10 http://127.0.0.1:32000/v2/_catalog

for port in 80 443; do
  code=0
  curl -sS --connect-timeout 2 -o /dev/null "http://127.0.0.1:$port/" 2> /dev/null || code=$?
  test "$code" = 7 || { echo "port $port: curl exited with $code, not with 7, connection refused"; exit 1; }
done

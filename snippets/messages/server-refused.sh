said=$(kubectl get nodes --server=https://127.0.0.1:16444 2>&1 || true)
echo "$said"
grep --fixed-strings 'The connection to the server 127.0.0.1:16444 was refused - did you specify the right host or port?' <<< "$said"

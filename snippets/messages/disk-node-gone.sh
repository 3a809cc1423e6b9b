there=$(sudo microk8s ctr images list --quiet 2> /dev/null)
grep localhost:32000/nyan <<< "$there"
test "$(grep --count hadolint <<< "$there")" = 0

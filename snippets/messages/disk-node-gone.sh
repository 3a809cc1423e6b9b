there=$(sudo microk8s ctr images list --quiet 2> /dev/null)
grep gitea.gitops.test/images/nyan <<< "$there"
test "$(grep --count hadolint <<< "$there")" = 0

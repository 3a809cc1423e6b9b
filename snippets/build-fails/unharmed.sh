git -C ~/platform fetch --quiet
test "$(git -C ~/platform rev-parse origin/main)" = "$(git -C ~/platform rev-parse HEAD)"
curl -sS --fail https://nyan.gitops.test/css/nyan.css | grep 'background: #132'

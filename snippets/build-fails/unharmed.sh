git -C ~/platform fetch --quiet
head=$(git -C ~/platform rev-parse HEAD)
test "$(git -C ~/platform rev-parse origin/main)" = "$head"
curl -sS --fail https://nyan.gitops.test/css/nyan.css | grep 'background: #132'

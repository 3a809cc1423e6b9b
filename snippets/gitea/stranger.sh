gitea=https://gitea.gitops.test
stranger_gets() { curl -sS --output /dev/null --write-out '%{http_code}' "$@"; }
for place in gitops/platform gitops/platform/commits explore/repos explore/users gitops.rss \
  api/v1/repos/gitops/platform api/v1/repos/search api/v1/users/search api/v1/users/gitops \
  'gitops/platform.git/info/refs?service=git-upload-pack'; do
  code=$(stranger_gets "$gitea/$place")
  echo "$code $place"
  case $code in 303 | 401 | 403 | 404) ;; *) exit 1 ;; esac
done
test "$(stranger_gets "$gitea/user/login")" = 200
code=$(stranger_gets --data 'user_name=stranger&email=stranger@gitops.test&password=stranger-1&retype=stranger-1' "$gitea/user/sign_up")
echo "$code user/sign_up"
code=$(gitea_api GET users/stranger --output /dev/null --write-out '%{http_code}' 2> /dev/null || true)
test "$code" = 404

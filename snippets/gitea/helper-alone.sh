folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf '#!/bin/sh\ncat >> %s\n' "$folder/heard" > "$folder/listen"
chmod +x "$folder/listen"
printf '[credential]\n  helper = %s\n[credential "https://gitea.gitops.test"]\n  helper = %s\n' \
  "$folder/listen" "$folder/listen" > "$folder/gitconfig"
export GIT_CONFIG_GLOBAL=$folder/gitconfig GIT_TERMINAL_PROMPT=0
platform=https://gitea.gitops.test/gitops/platform.git
git -C "$folder" ls-remote "$platform" > /dev/null 2>&1 || true
test -s "$folder/heard"
rm "$folder/heard"
git -C ~/platform ls-remote "$platform" refs/heads/main
test ! -e "$folder/heard"

before=$(git -C ~/platform log -1 --fixed-strings --grep='Gitea as it was before' --format=%h)
test -n "$before"
git -C ~/platform diff --exit-code "$before^" HEAD -- gitea

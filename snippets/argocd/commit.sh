cd ~/platform
git add .
git diff --cached --quiet || git commit --quiet --message='Gitea, Argo CD and what they deliver'
git push --quiet
git log -1 --format=%s

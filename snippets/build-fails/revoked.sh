git revert --no-edit --no-commit HEAD~2..HEAD
git commit --quiet --message='Back to what worked'
git push --quiet
built

git revert --no-edit HEAD
git push --quiet
delivered nyan

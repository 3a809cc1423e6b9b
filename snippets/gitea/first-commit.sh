cd ~/platform
git init --initial-branch=main
git config user.name "$(whoami)"
git config user.email "$(whoami)@gitops.test"
git add .
git diff --cached --quiet || git commit --quiet --message='The platform so far'
git ls-files | sed 's|/.*|/|' | sort --unique

cd ~/platform &&
  git init --initial-branch=main &&
  git config include.path ~/.config/gitops/gitea.gitconfig &&
  git config user.name "$(whoami)" &&
  git config user.email "$(whoami)@gitops.test"
commit() {
  git -C ~/platform add . &&
    { git -C ~/platform diff --cached --quiet ||
      git -C ~/platform commit --quiet --message="$1"; }
}
keep commit
commit 'The platform so far' &&
  git ls-files | sed 's|/.*|/|' | sort --unique

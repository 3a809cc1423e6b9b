end_attack() {
  git -C ~/nyan worktree remove --force ~/attack &&
    git -C ~/nyan branch --quiet --delete --force attack &&
    git -C ~/nyan push --quiet origin --delete attack
}
keep end_attack
end_attack

git -C ~/nyan push --quiet origin main:refs/heads/unchanged &&
  sed 's/branch: .main./branch: [attack]/' ~/nyan/.drone.yml |
  attack 'The same, for another branch' ||
  admin drone_api POST "repos/gitops/nyan/builds/$(newest_build)/decline/1" &&
  drone_look repos/gitops/nyan/builds |
  jq --raw-output '"from unchanged: \([.[] | select(.target == "unchanged")]
    | length)"' &&
  git -C ~/nyan push --quiet origin --delete unchanged &&
  end_attack

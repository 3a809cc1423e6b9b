number=$(newest_build)
admin drone_api POST "repos/gitops/nyan/builds/$number/decline/1" &&
  end_attack

admin gitea_api POST repos/gitops/nyan/pulls \
  --data '{"title": "Build this", "head": "attack", "base": "main"}' \
  > /dev/null
built ~/attack pull_request || admin approve && built ~/attack pull_request

sed -i 's/claimName: gitae/claimName: gitea/' gitea/deployment.yaml &&
  commit 'The disk is called gitea' && git push --quiet

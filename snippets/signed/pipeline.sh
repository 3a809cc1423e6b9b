test -n "$signer" && cd ~/nyan &&
  rest=$(sed -n '/- name: deliver$/,/^---$/p' .drone.yml | sed '/^---$/d') &&
  sed -i '/- name: sign$/,$d; /- name: deliver$/,$d' .drone.yml &&
  { sed "s|THE-SIGNER|$signer|" <<'END' && echo "$rest"; } >> .drone.yml &&
  - name: sign
    image: THE-SIGNER
    environment:
      COSIGN_KEY:
        from_secret: cosign_key
      COSIGN_PASSWORD:
        from_secret: cosign_password
      REGISTRY_TOKEN:
        from_secret: registry_token
    commands:
      - digest=$(grep -oE 'sha256:[0-9a-f]{64}$' image)
      - printf %s "$REGISTRY_TOKEN" | cosign login gitea.gitops.test
        --username builder --password-stdin
      - cosign sign --key env://COSIGN_KEY --tlog-upload=false
        --use-signing-config=false --new-bundle-format=false
        "gitea.gitops.test/images/nyan@$digest"
END
  admin image_built sign-image &&
  admin lint_pipeline &&
  admin sign_pipeline &&
  sed -i '0,/background: #.*/s//background: #312;/' css/nyan.css &&
  git commit --quiet --all --allow-empty --message='A sky with a signature' &&
  git push --quiet &&
  built

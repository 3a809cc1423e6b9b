cat > ~/.config/gitops/window.yaml <<'END'
  syncWindows:
    - kind: deny
      schedule: "* * * * *"
      duration: 1h
      applications: ["*"]
      manualSync: true
END
sed -i '/The cat, in its own namespace/r '"$HOME/.config/gitops/window.yaml" \
  apps/projects.yaml
git commit --quiet --all --message='Deliver nothing by itself for now'
git push --quiet
delivered apps

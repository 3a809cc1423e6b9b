cat > ~/.config/gitops/window.yaml <<'END'
  syncWindows:
    - kind: deny
      schedule: "* * * * *"
      duration: 1h
      applications: ["*"]
      manualSync: true
END
grep -q syncWindows apps/projects.yaml ||
  sed -i '/The cat, in its own namespace/r '"$HOME/.config/gitops/window.yaml" \
    apps/projects.yaml
commit 'Deliver nothing by itself for now' && git push --quiet && delivered apps

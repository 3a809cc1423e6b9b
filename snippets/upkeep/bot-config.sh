cd ~/platform && git switch --quiet main && git pull --quiet &&
  cat > renovate.json <<'EOF' &&
{
  "enabledManagers": ["kustomize", "kubernetes", "custom.regex"],
  "ignorePaths": ["**/upstream/**"],
  "kubernetes": {"managerFilePatterns": ["/\\.yaml$/"]},
  "customManagers": [
    {
      "customType": "regex",
      "managerFilePatterns": ["/(^|/)kustomization\\.yaml$/"],
      "matchStrings": [
        "name: (?<depName>\\S+)\\s+newTag: (?<currentValue>\\S+)\\s+digest: (?<currentDigest>\\S+)"
      ],
      "datasourceTemplate": "docker"
    }
  ]
}
EOF
  commit 'What a bot is to look at' && git push --quiet

cd ~/nyan &&
  cat > trivy-secret.yaml <<'END' &&
disable-allow-rules:
  - usr-dirs
allow-rules:
  - id: base
    description: What the base brings
    path: ^usr/(include|lib)/|^usr/share/([^n]|n[^g])
END
  { grep 'name: scan' .drone.yml > /dev/null || {
    sed -i '/^---$/,$d' .drone.yml &&
      cat >> .drone.yml <<'END'
  - name: scan
    image: docker.io/aquasec/trivy:0.74.0@sha256:62b1e65e8869bc4b4c6aa4fa2b21595256c7c2f6018a9d9ad61caf87187c1969
    user: 1000
    environment:
      TRIVY_CACHE_DIR: /tmp/trivy
    commands:
      - trivy image --quiet --input image.tar --exit-code 1
        --scanners secret,misconfig --image-config-scanners secret
        --skip-check-update --table-mode detailed --timeout 2m
END
  }; } &&
  admin lint_pipeline

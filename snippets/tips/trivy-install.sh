(arch=$(dpkg --print-architecture | sed 's/amd64/64bit/; s/arm64/ARM64/') &&
  release=https://github.com/aquasecurity/trivy/releases/download/v0.74.0 &&
  cd "$(mktemp -d)" &&
  curl -fsSL --remote-name "$release/trivy_0.74.0_Linux-$arch.tar.gz" \
    --remote-name "$release/trivy_0.74.0_checksums.txt" &&
  sha256sum --check --ignore-missing trivy_0.74.0_checksums.txt &&
  tar -xzf "trivy_0.74.0_Linux-$arch.tar.gz" trivy &&
  sudo install -m 0755 trivy /usr/local/bin/trivy)

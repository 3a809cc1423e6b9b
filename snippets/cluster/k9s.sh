(
  cd "$(mktemp -d)" &&
    release=https://github.com/derailed/k9s/releases/download/v0.50.18 &&
    file=k9s_linux_$(dpkg --print-architecture).deb &&
    curl -fsSL --remote-name-all "$release/$file" "$release/checksums.sha256" &&
    sha256sum --check --ignore-missing checksums.sha256 &&
    sudo apt-get install --yes "./$file"
) && k9s

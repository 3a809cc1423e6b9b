certs=/var/snap/microk8s/current/args/certs.d/gitea.gitops.test
sudo mkdir -p "$certs" &&
  sudo cp ~/gitops-ca.crt "$certs/ca.crt" &&
  sudo tee "$certs/hosts.toml" <<'END'
server = "https://gitea.gitops.test"

[host."https://gitea.gitops.test"]
capabilities = ["pull", "resolve"]
ca = "ca.crt"
END

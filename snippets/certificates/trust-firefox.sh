sudo mkdir -p /etc/firefox/policies
sudo tee /etc/firefox/policies/policies.json <<'END'
{
  "policies": {
    "Certificates": {
      "Install": ["/usr/local/share/ca-certificates/gitops-ca.crt"]
    }
  }
}
END

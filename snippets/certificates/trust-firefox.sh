sudo mkdir -p /etc/firefox/policies
sudo cp ~/gitops-ca.crt /etc/firefox/policies/gitops-ca.crt
sudo tee /etc/firefox/policies/policies.json <<'END'
{
  "policies": {
    "Certificates": {
      "Install": ["/etc/firefox/policies/gitops-ca.crt"]
    }
  }
}
END

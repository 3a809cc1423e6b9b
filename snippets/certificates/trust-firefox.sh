sudo mkdir -p /etc/firefox/policies
sudo cp ~/gitops-ca.crt /etc/firefox/policies/gitops-ca.crt
if [ -f /etc/firefox/policies/policies.json ]; then
  echo 'Firefox has a policy, add the certificate to it by hand:' >&2
  cat /etc/firefox/policies/policies.json
else
  sudo tee /etc/firefox/policies/policies.json <<'END'
{
  "policies": {
    "Certificates": {
      "Install": ["/etc/firefox/policies/gitops-ca.crt"]
    }
  }
}
END
fi

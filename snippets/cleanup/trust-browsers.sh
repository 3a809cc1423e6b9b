sudo rm -f /etc/firefox/policies/policies.json
sudo rm -f /etc/firefox/policies/gitops-ca.crt
snap=~/snap/chromium/current
for folder in ~/.pki ~/.local/share/pki "$snap/.pki" "$snap/.local/share/pki"; do
  if [ -d "$folder/nssdb" ]; then
    while certutil -d "sql:$folder/nssdb" -D -n gitops-ca 2> /dev/null; do :; done
  fi
done

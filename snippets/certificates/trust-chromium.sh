sudo apt-get install --yes libnss3-tools
snap=~/snap/chromium/current
for folder in ~/.pki ~/.local/share/pki "$snap/.pki" "$snap/.local/share/pki"; do
  if [ -d "$folder/nssdb" ]; then
    certutil -d "sql:$folder/nssdb" -D -n gitops-ca 2> /dev/null
    certutil -d "sql:$folder/nssdb" -A -t C,, -n gitops-ca -i ~/gitops-ca.crt
  fi
done

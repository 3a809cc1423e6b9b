sudo rm -f /etc/firefox/policies/policies.json
certutil -d sql:"$HOME"/.pki/nssdb -D -n gitops-ca

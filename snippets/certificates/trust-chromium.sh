sudo apt-get install --yes libnss3-tools
mkdir -p ~/.pki/nssdb
certutil -d sql:"$HOME"/.pki/nssdb -A -t C,, -n gitops-ca -i ~/gitops-ca.crt

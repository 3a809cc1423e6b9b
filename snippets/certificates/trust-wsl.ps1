wsl --distribution Ubuntu-24.04 cat '~/gitops-ca.crt' | Set-Content -Encoding ascii gitops-ca.crt
Import-Certificate -FilePath gitops-ca.crt -CertStoreLocation Cert:\LocalMachine\Root

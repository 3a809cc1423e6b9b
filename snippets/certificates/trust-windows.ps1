multipass transfer gitops:gitops-ca.crt gitops-ca.crt
Import-Certificate -FilePath gitops-ca.crt -CertStoreLocation Cert:\LocalMachine\Root

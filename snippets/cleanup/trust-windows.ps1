Get-ChildItem Cert:\LocalMachine\Root | Where-Object Subject -eq 'CN=GitOps CA' | Remove-Item

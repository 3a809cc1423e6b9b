$hosts = "$env:SystemRoot\System32\drivers\etc\hosts"
Set-Content -Path $hosts -Value @(Get-Content $hosts | Where-Object { $_ -notmatch '# gitops\.test$' })

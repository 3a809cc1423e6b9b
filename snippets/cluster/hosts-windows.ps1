$address = (multipass list --format csv | ConvertFrom-Csv | Where-Object Name -eq gitops).IPv4
$names = 'nyan.gitops.test gitea.gitops.test argocd.gitops.test drone.gitops.test'
$hosts = "$env:SystemRoot\System32\drivers\etc\hosts"
if ($address -notmatch '^[0-9.]+$') {
    Write-Error 'the VM has no address yet, see: multipass list'
} else {
    $lines = @(Get-Content $hosts | Where-Object { $_ -notmatch '# gitops\.test$' })
    Set-Content -Path $hosts -Value ($lines + "$address $names # gitops.test")
}

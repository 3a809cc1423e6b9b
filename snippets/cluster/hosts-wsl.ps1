$address = "$(wsl --distribution Ubuntu-24.04 hostname -I)".Trim().Split(' ')[0]
$names = 'nyan.gitops.test gitea.gitops.test argocd.gitops.test drone.gitops.test'
$hosts = "$env:SystemRoot\System32\drivers\etc\hosts"
if ($address -notmatch '^[0-9.]+$') {
    Write-Error 'the distribution has no address yet, see: wsl --list --verbose'
} else {
    $lines = @(Get-Content $hosts | Where-Object { $_ -notmatch '# gitops\.test$' })
    Set-Content -Path $hosts -Value ($lines + "$address $names # gitops.test")
}

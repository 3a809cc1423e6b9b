curl -sS --fail https://nyan.gitops.test/ | grep 'background: #123'

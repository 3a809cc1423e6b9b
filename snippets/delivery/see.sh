curl -sS https://nyan.gitops.test/ | grep 'background: #'

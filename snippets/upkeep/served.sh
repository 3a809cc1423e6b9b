curl -sS --fail https://nyan.gitops.test/css/nyan.css | grep 'background: #213'

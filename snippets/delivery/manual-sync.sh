admin argocd_core app sync nyan --prune > /dev/null && delivered nyan

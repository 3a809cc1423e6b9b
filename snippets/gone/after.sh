admin facts > ~/gitops-keys/after
diff ~/gitops-keys/before ~/gitops-keys/after && echo 'the same'

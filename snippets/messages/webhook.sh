hook=$(admin gitea_api POST repos/gitops/nyan/hooks --data '{
  "type": "gitea", "active": true, "events": ["push"], "config": {
    "url": "https://kubernetes.default.svc.cluster.local/",
    "content_type": "json"}}' | jq .id)
admin gitea_api POST "repos/gitops/nyan/hooks/$hook/tests"

kubectl get secret gitea-admin --namespace gitea --output json |
  jq '{login_name: "gitops", source_id: 0, must_change_password: false,
    password: (.data.password | @base64d | select(length == 32))}' |
  gitea_api PATCH admin/users/gitops --data @- | jq '{id, login, is_admin}'

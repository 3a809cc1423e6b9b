admin renew_everyday && kubectl get namespace toolbox

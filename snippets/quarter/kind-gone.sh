kind delete cluster --name quarter

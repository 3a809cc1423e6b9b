admin kubectl delete namespace lab

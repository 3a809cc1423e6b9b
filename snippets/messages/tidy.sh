kubectl delete namespace lab

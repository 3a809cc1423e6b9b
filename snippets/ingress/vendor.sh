vendor nginx-ingress

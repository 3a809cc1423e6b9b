kubectl auth can-i list secrets --as=system:serviceaccount:default:default

old=$(served nyan.gitops.test) && admin renew nyan nyan-tls && echo renewed

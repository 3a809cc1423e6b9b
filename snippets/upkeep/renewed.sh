old=$(served nyan.gitops.test) &&
  way_in > ~/.config/gitops/way-in &&
  admin renew nyan nyan-tls &&
  another nyan.gitops.test "$old"

undo 'A greener night sky' &&
  undo 'As many cats as in the cluster' &&
  delivered nyan

sudo security delete-certificate -c 'GitOps CA' \
  -t /Library/Keychains/System.keychain

mkdir -p ~/.config/gitops
cat > ~/.config/gitops/shell.sh <<'END'
export KUBECONFIG=~/.kube/gitops.yaml
alias k=kubectl
if [ -n "${BASH_VERSION:-}" ]; then
  . <(kubectl completion bash)
  complete -o default -F __start_kubectl k
elif [ -n "${ZSH_VERSION:-}" ]; then
  autoload -Uz compinit && compinit
  . <(kubectl completion zsh)
  compdef k=kubectl
fi
keep() { typeset -f "$@" >> ~/.config/gitops/functions.sh; }
if [ -f ~/.config/gitops/functions.sh ]; then
  . ~/.config/gitops/functions.sh
fi
END
startup=~/.bashrc
if [ -n "${ZSH_VERSION:-}" ]; then startup=~/.zshrc; fi
grep -qs gitops/shell.sh "$startup" ||
  echo '. ~/.config/gitops/shell.sh' >> "$startup"

// Command kustomize renders a kustomization as `kubectl kustomize` does, for the checks that need no cluster.
package main

import (
	"os"

	"sigs.k8s.io/kustomize/kustomize/v5/commands/build"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

func main() {
	command := build.NewCmdBuild(filesys.MakeFsOnDisk(), build.MakeHelp("kustomize", ""), os.Stdout)
	if command.Execute() != nil {
		os.Exit(1)
	}
}

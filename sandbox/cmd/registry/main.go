// Command registry is the CNCF Distribution registry with the one storage driver that a
// sandbox needs: its own main program brings the client libraries of three clouds.
package main

import (
	"os"

	"github.com/distribution/distribution/v3/registry"
	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/filesystem"
)

func main() {
	// It would look for a collector of traces on the machine, and complain that there is none.
	if _, set := os.LookupEnv("OTEL_TRACES_EXPORTER"); !set {
		os.Setenv("OTEL_TRACES_EXPORTER", "none")
	}
	if err := registry.RootCmd.Execute(); err != nil {
		os.Exit(1)
	}
}

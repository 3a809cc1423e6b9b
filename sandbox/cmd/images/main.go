// Command images makes the sandbox's container images. It reads what to make as JSON from
// standard input:
//
//	images layer DIR     a list of entries (oci.Entry): writes the layer to DIR
//	images store ROOT    a list of images (oci.Image): writes them to ROOT, which a registry
//	                     serves, and prints the digest of each by its name
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"

	"github.com/opencontainers/go-digest"
	"gitops-guide/sandbox/internal/oci"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "images: %v\n", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) == 2 {
		switch folder := arguments[1]; arguments[0] {
		case "layer":
			return layer(folder)
		case "store":
			return store(folder)
		}
	}
	return fmt.Errorf("call it as 'images layer DIR' or 'images store ROOT'")
}

func layer(dir string) error {
	var entries []oci.Entry
	if err := read(&entries); err != nil {
		return err
	}
	return oci.WriteLayer(dir, entries)
}

func store(root string) error {
	var images []oci.Image
	if err := read(&images); err != nil {
		return err
	}
	ctx := context.Background()
	into, err := oci.OpenStore(ctx, root, runtime.GOARCH)
	if err != nil {
		return err
	}
	digests := map[string]digest.Digest{}
	for _, image := range images {
		if digests[image.Ref], err = into.Put(ctx, image); err != nil {
			return err
		}
	}
	return json.NewEncoder(os.Stdout).Encode(digests)
}

func read(into any) error {
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	return nil
}

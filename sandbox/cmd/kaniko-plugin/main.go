// Command kaniko-plugin stands in for Drone's plugin of that name: it turns a step's settings
// into the arguments of kaniko's executor, which lies beside it, and runs that.
//
// A setting that it does not know stops it, where the original would pass it over.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// kaniko is the folder that the executor leaves alone while it makes the rest of the
// container's file system into the image's.
const kaniko = "/kaniko"

func main() {
	log.SetFlags(0)
	err := run()
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		os.Exit(ended.ExitCode())
	}
	if err != nil {
		log.Fatalf("kaniko-plugin: %v", err)
	}
}

func run() error {
	settings := settingsOf(os.Environ())
	arguments, err := arguments(settings)
	if err != nil {
		return err
	}
	logins, err := logins(settings)
	if err != nil {
		return err
	}
	if logins != nil {
		if err := write(filepath.Join(kaniko, ".docker", "config.json"), logins); err != nil {
			return err
		}
	}
	dockerfile, err := dockerfile(settings.or("DOCKERFILE", "Dockerfile"))
	if err != nil {
		return err
	}
	executor := exec.Command(filepath.Join(kaniko, "executor"), append(arguments, "--dockerfile="+dockerfile)...)
	executor.Stdout, executor.Stderr = os.Stdout, os.Stderr
	fmt.Println("+", strings.Join(executor.Args, " "))
	return executor.Run()
}

// dockerfile is the path of what to build: the given one, or a copy whose base images can be had here.
func dockerfile(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	changed := byTag(string(text), mirrored(os.Getenv("KANIKO_REGISTRY_MAP")))
	if changed == string(text) {
		return path, nil
	}
	fmt.Println("In the sandbox the base images are stand-ins, which have digests of their own: FROM goes by the tag.")
	path = filepath.Join(kaniko, "Dockerfile")
	return path, write(path, []byte(changed))
}

func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o600)
}

// Command drone-web puts Drone 2 in front of the server of Drone 1, as far as a browser tells them apart: the pages,
// which are the original's, and the redirects of handler/web (harness/harness v2.28.2). It starts the server itself.
//
//   - / leads who is not signed in to /welcome, where a link leads to /login;
//   - signing in leads to /register until an e-mail address was saved, which the form there does, or PATCH /api/user.
package main

import (
	"cmp"
	"errors"
	"log"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

const (
	server = "/usr/lib/drone/drone-server"
	// Where the server listens, for nobody outside the container.
	inside = "127.0.0.1:8079"
	// Whose address was saved: the server's own record fills itself from Gitea, which Drone 2's does not.
	saved = "/data/registered.json"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("drone-web: ")
	child := exec.Command(server)
	child.Env = append(os.Environ(), "DRONE_SERVER_PORT="+inside)
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	if err := child.Start(); err != nil {
		log.Fatal(err)
	}
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		for one := range told {
			child.Process.Signal(one)
		}
	}()
	go func() {
		handler := newHandler(&url.URL{Scheme: "http", Host: inside}, readRegister(saved))
		log.Fatal(http.ListenAndServe(cmp.Or(os.Getenv("DRONE_SERVER_PORT"), ":80"), handler))
	}()
	err := child.Wait()
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		os.Exit(max(ended.ExitCode(), 1))
	}
	if err != nil {
		log.Fatal(err)
	}
}

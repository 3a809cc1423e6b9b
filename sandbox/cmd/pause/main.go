// Command pause holds a pod's namespaces open: it sleeps until it is told to end,
// and collects the children that other processes of the pod leave behind when the
// pod shares its process namespace.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGCHLD)
	reap()
	for received := range signals {
		if received != syscall.SIGCHLD {
			return
		}
		reap()
	}
}

// reap collects every child that has ended. One signal may stand for several of them.
func reap() {
	for {
		ended, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if ended <= 0 && err != syscall.EINTR {
			return
		}
	}
}

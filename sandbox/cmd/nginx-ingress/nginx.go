package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"k8s.io/klog/v2"
)

// Where things are in the image. All that is written lies in folders of which NGINX Ingress
// Controller's manifests can make volumes, so that the root can be read-only.
const (
	nginxProgram      = "/usr/sbin/nginx"
	configurationFile = "/etc/nginx/nginx.conf"
	candidateFile     = "/etc/nginx/nginx.conf.candidate"
	versionSocket     = "/var/lib/nginx/nginx-config-version.sock"
)

// nginx is the running nginx.
type nginx struct {
	timeout time.Duration // how long a new configuration may take to be loaded
	process *exec.Cmd
	ended   chan error
	version http.Client
}

func newNginx(timeout time.Duration) *nginx {
	dialer := net.Dialer{}
	return &nginx{
		timeout: timeout,
		ended:   make(chan error, 1),
		version: http.Client{
			Timeout: time.Second,
			Transport: &http.Transport{
				// A kept connection would ask a worker of the old configuration.
				DisableKeepAlives: true,
				DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
					return dialer.DialContext(ctx, "unix", versionSocket)
				},
			},
		},
	}
}

// load makes nginx run with a configuration: it tests it first, starts nginx or has it take the
// configuration over without dropping a request, and returns once it is in force.
// A configuration that nginx does not take leaves the one before in force.
func (n *nginx) load(ctx context.Context, made configuration) error {
	text, err := made.render()
	if err != nil {
		return err
	}
	if err := writeSecrets(made.Site.files); err != nil {
		return err
	}
	if err := os.WriteFile(candidateFile, text, 0o644); err != nil {
		return err
	}
	if said, err := exec.CommandContext(ctx, nginxProgram, "-t", "-q", "-c", candidateFile).CombinedOutput(); err != nil {
		return fmt.Errorf("nginx does not take the configuration: %s", said)
	}
	if err := os.Rename(candidateFile, configurationFile); err != nil {
		return err
	}
	if n.process == nil {
		if err := n.start(); err != nil {
			return err
		}
	} else if err := n.process.Process.Signal(syscall.SIGHUP); err != nil {
		return err
	}
	if err := n.await(ctx, made.Version); err != nil {
		return err
	}
	removeOldSecrets(made.Site.files)
	return nil
}

func (n *nginx) start() error {
	// Left behind by a container that was killed: nginx does not remove what is in its way.
	sockets, err := filepath.Glob("/var/lib/nginx/*.sock")
	if err != nil {
		return err
	}
	for _, socket := range sockets {
		if err := os.Remove(socket); err != nil {
			return err
		}
	}
	n.process = exec.Command(nginxProgram, "-c", configurationFile)
	n.process.Stdout, n.process.Stderr = os.Stdout, os.Stderr
	if err := n.process.Start(); err != nil {
		n.process = nil
		return err
	}
	go func() { n.ended <- n.process.Wait() }()
	return nil
}

// await returns once the workers answer with the version.
func (n *nginx) await(ctx context.Context, version string) error {
	ctx, cancel := context.WithTimeout(ctx, n.timeout)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case err := <-n.ended:
			n.ended <- err
			return fmt.Errorf("nginx ended: %v", err)
		case <-ctx.Done():
			return fmt.Errorf("nginx has not loaded configuration %s in time: %w", version, ctx.Err())
		case <-ticker.C:
			if n.loaded() == version {
				return nil
			}
		}
	}
}

func (n *nginx) loaded() string {
	answer, err := n.version.Get("http://nginx/")
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return ""
	}
	return string(body)
}

// quit ends nginx once the requests under way are answered.
func (n *nginx) quit() {
	if n.process == nil {
		return
	}
	if err := n.process.Process.Signal(syscall.SIGQUIT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		klog.Errorf("nginx cannot be told to quit: %v", err)
		return
	}
	<-n.ended
}

// writeSecrets writes the certificates that are not there yet; their names hold their content.
func writeSecrets(files map[string][]byte) error {
	if err := os.MkdirAll(secretFolder, 0o700); err != nil {
		return err
	}
	for file, content := range files {
		if _, err := os.Stat(file); err == nil {
			continue
		}
		if err := os.WriteFile(file+".part", content, 0o400); err != nil {
			return err
		}
		if err := os.Rename(file+".part", file); err != nil {
			return err
		}
	}
	return nil
}

// removeOldSecrets removes what the configuration in force does not name. Workers that
// still finish requests of the one before have read theirs long ago.
func removeOldSecrets(files map[string][]byte) {
	found, err := filepath.Glob(secretFolder + "/*")
	if err != nil {
		return
	}
	for _, file := range found {
		if _, wanted := files[file]; !wanted {
			if err := os.Remove(file); err != nil {
				klog.Errorf("an old certificate cannot be removed: %v", err)
			}
		}
	}
}

// Command nginx-ingress stands in for F5's NGINX Ingress Controller 5 and runs under its
// manifests: it has this machine's nginx serve the cluster's Ingresses.
//
// It does what the documentation of NGINX Ingress Controller says of Ingress resources: hosts and
// paths, TLS from secrets, the redirect to HTTPS, 404 for a name nobody has and no handshake
// with it, 502 for a service nobody answers for, the address in an Ingress's status, events on
// each Ingress, and the annotations and ConfigMap keys of settingsTable. What it does not have it
// refuses, rather than seem to have it. The custom resources (VirtualServer and so on) are not
// watched at all.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	core "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	typed "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/record"
	"k8s.io/klog/v2"
)

const (
	controllerName = "nginx.org/ingress-controller"
	eventSource    = "nginx-ingress-controller"
	// drain is how long nginx still takes new connections after the pod was told to end:
	// until everybody has heard that it is no endpoint any more.
	drain = 3 * time.Second
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "nginx-ingress: %v\n", err)
		os.Exit(1)
	}
}

func run() error {
	options, err := parseFlags(os.Args[1:])
	if err != nil {
		return err
	}
	config, err := rest.InClusterConfig()
	if err != nil {
		return fmt.Errorf("this program runs as a pod: %w", err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	told, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := checkClass(told, client, options.ingressClass); err != nil {
		return err
	}

	broadcaster := record.NewBroadcaster()
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(&typed.EventSinkImpl{Interface: client.CoreV1().Events("")})
	events := broadcaster.NewRecorder(scheme.Scheme, core.EventSource{Component: eventSource})

	runs := newNginx(time.Duration(options.reloadTimeoutSeconds * float64(time.Second)))
	status := &statusReporter{client: client, options: options, namespace: os.Getenv("POD_NAMESPACE")}
	keeps, err := newController(client, options, runs, events, status)
	if err != nil {
		return err
	}
	status.again = func() { keeps.queue.Add(everything) }

	// Work goes on while nginx drains, so that it follows the endpoints to the end.
	working, finish := context.WithCancel(context.Background())
	defer finish()
	failed := make(chan error, 3)
	go func() { failed <- keeps.run(working) }()
	go func() {
		// Not to the end of the work: the next one to lead must not wait for the lease to run out.
		if err := status.lead(told); err != nil {
			failed <- err
		}
	}()
	if options.readyStatus {
		go func() {
			failed <- serveReadiness(options.readyPort, func() bool { return keeps.ready.Load() && told.Err() == nil })
		}()
	}
	select {
	case err := <-failed:
		return err
	case err := <-runs.ended:
		return fmt.Errorf("nginx ended: %v", err)
	case <-told.Done():
	}
	klog.Info("told to end: no new connections soon")
	select {
	case <-time.After(drain):
	case err := <-runs.ended:
		return fmt.Errorf("nginx ended: %v", err)
	}
	finish()
	runs.quit()
	return nil
}

// checkClass makes sure that the class exists and is this controller's.
func checkClass(ctx context.Context, client kubernetes.Interface, name string) error {
	class, err := client.NetworkingV1().IngressClasses().Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("the IngressClass %s: %w", name, err)
	}
	if class.Spec.Controller != controllerName {
		return fmt.Errorf("the IngressClass %s belongs to %s, not to %s", name, class.Spec.Controller, controllerName)
	}
	return nil
}

// serveReadiness answers the readiness probe.
func serveReadiness(port int, ready func() bool) error {
	mux := http.NewServeMux()
	mux.HandleFunc("/nginx-ready", func(w http.ResponseWriter, _ *http.Request) {
		if !ready() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	server := &http.Server{Addr: fmt.Sprintf(":%d", port), Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"

	"github.com/cert-manager/cert-manager/pkg/controller"
	shim "github.com/cert-manager/cert-manager/pkg/controller/certificate-shim/ingresses"
	"github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/approver"
	requestca "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/ca"
	requestselfsigned "github.com/cert-manager/cert-manager/pkg/controller/certificaterequests/selfsigned"
	"github.com/cert-manager/cert-manager/pkg/controller/certificates/issuing"
	"github.com/cert-manager/cert-manager/pkg/controller/certificates/keymanager"
	certificatemetrics "github.com/cert-manager/cert-manager/pkg/controller/certificates/metrics"
	"github.com/cert-manager/cert-manager/pkg/controller/certificates/readiness"
	"github.com/cert-manager/cert-manager/pkg/controller/certificates/requestmanager"
	"github.com/cert-manager/cert-manager/pkg/controller/certificates/revisionmanager"
	"github.com/cert-manager/cert-manager/pkg/controller/certificates/trigger"
	"github.com/cert-manager/cert-manager/pkg/controller/clusterissuers"
	"github.com/cert-manager/cert-manager/pkg/controller/issuers"
	"github.com/cert-manager/cert-manager/pkg/healthz"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/ca"
	_ "github.com/cert-manager/cert-manager/pkg/issuer/selfsigned"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
)

// controllers are the control loops that run: cert-manager's default ones, without those
// of the issuers that are left out. Importing each registers it.
var controllers = []string{
	issuers.ControllerName,
	clusterissuers.ControllerName,
	shim.ControllerName,
	approver.ControllerName,
	requestca.CRControllerName,
	requestselfsigned.CRControllerName,
	certificatemetrics.ControllerName,
	trigger.ControllerName,
	issuing.ControllerName,
	keymanager.ControllerName,
	requestmanager.ControllerName,
	readiness.ControllerName,
	revisionmanager.ControllerName,
}

const (
	metricsAddress = "0.0.0.0:9402"
	healthAddress  = "0.0.0.0:9403"
	workers        = 5

	leaseName     = "cert-manager-controller"
	leaseDuration = 60 * time.Second
	renewDeadline = 40 * time.Second
	retryPeriod   = 15 * time.Second
	// How long after a lost lease the program counts as not alive.
	healthTimeout = 20 * time.Second
)

// controllerProgram issues and renews certificates.
type controllerProgram struct {
	logs
	resourceNamespace string
	leaseNamespace    string
	ignored           struct {
		solverImage   string
		maxChallenges int
	}
}

func (p *controllerProgram) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&p.resourceNamespace, "cluster-resource-namespace", "kube-system",
		"namespace of the secrets that cluster issuers refer to")
	flags.StringVar(&p.leaseNamespace, "leader-election-namespace", "kube-system",
		"namespace of the lease that makes one of several controllers the active one")
	logf.AddFlags(p.configuration, flags)
	flags.StringVar(&p.ignored.solverImage, "acme-http01-solver-image", "", "without ACME of no effect")
	flags.IntVar(&p.ignored.maxChallenges, "max-concurrent-challenges", 0, "without ACME of no effect")
}

func (p *controllerProgram) options() controller.ContextOptions {
	options := controller.ContextOptions{KubernetesAPIQPS: 20, KubernetesAPIBurst: 50}
	options.ClusterResourceNamespace = p.resourceNamespace
	options.DefaultIssuerKind = "Issuer"
	options.DefaultIssuerGroup = "cert-manager.io"
	options.DefaultAutoCertificateAnnotations = []string{"kubernetes.io/tls-acme"}
	// All annotations but those of the tools that apply a Certificate.
	options.CopiedAnnotationPrefixes = []string{"*", "-kubectl.kubernetes.io/", "-fluxcd.io/", "-argocd.argoproj.io/"}
	options.CertificateRequestMinimumBackoffDuration = time.Hour
	options.CertificateRequestMaximumBackoffDuration = 32 * time.Hour
	// Nothing uses these, but they are parsed quantities that must not be zero values.
	options.HTTP01SolverResourceRequestCPU = resource.MustParse("10m")
	options.HTTP01SolverResourceRequestMemory = resource.MustParse("64Mi")
	return options
}

func (p *controllerProgram) run(ctx context.Context) error {
	factory, err := controller.NewContextFactory(ctx, p.options())
	if err != nil {
		return err
	}
	base, err := factory.Build()
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)

	certmanager := base.SharedInformerFactory.Certmanager().V1()
	base.Metrics.SetupCertificateCollector(certmanager.Certificates().Lister())
	base.Metrics.SetupIssuerCollector(certmanager.Issuers().Lister())
	base.Metrics.SetupClusterIssuerCollector(certmanager.ClusterIssuers().Lister())
	metricsListener, err := net.Listen("tcp", metricsAddress)
	if err != nil {
		return err
	}
	metricsServer := base.Metrics.NewServer(metricsListener)
	group.Go(func() error { return serve(ctx, metricsServer, metricsListener) })

	healthListener, err := net.Listen("tcp", healthAddress)
	if err != nil {
		return err
	}
	health := healthz.NewServer(healthTimeout)
	group.Go(func() error { return health.Start(ctx, healthListener) })

	group.Go(func() error {
		return p.lead(ctx, base, health.LeaderHealthzAdaptor, func(ctx context.Context) error {
			return runControllers(ctx, factory, base)
		})
	})
	return group.Wait()
}

// lead runs work while this process holds the lease.
func (p *controllerProgram) lead(
	ctx context.Context, base *controller.Context, watchdog *leaderelection.HealthzAdaptor,
	work func(context.Context) error,
) error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	lock, err := resourcelock.New(resourcelock.LeasesResourceLock, p.leaseNamespace, leaseName,
		base.Client.CoreV1(), base.Client.CoordinationV1(),
		resourcelock.ResourceLockConfig{Identity: host + "-external-" + leaseName, EventRecorder: base.Recorder})
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock:          lock,
		LeaseDuration: leaseDuration,
		RenewDeadline: renewDeadline,
		RetryPeriod:   retryPeriod,
		// The next controller need not wait for the lease to run out.
		ReleaseOnCancel: true,
		WatchDog:        watchdog,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(ctx context.Context) { ended <- work(ctx) },
			OnStoppedLeading: func() {},
		},
	})
	if err != nil {
		return err
	}
	watchdog.SetLeaderElection(elector)
	ctx, cancel := context.WithCancel(ctx)
	released := make(chan struct{})
	go func() {
		elector.Run(ctx)
		close(released)
	}()
	// Not before: the process must not end with the lease still held.
	defer func() {
		cancel()
		<-released
	}()
	select {
	case err := <-ended:
		return err
	case <-released:
		if ctx.Err() == nil {
			return errors.New("the lease is lost")
		}
		return nil
	}
}

// runControllers runs the control loops until the context ends.
func runControllers(ctx context.Context, factory *controller.ContextFactory, base *controller.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	known := controller.Known()
	for _, name := range controllers {
		construct, ok := known[name]
		if !ok {
			return fmt.Errorf("cert-manager has no controller called %s", name)
		}
		made, err := construct(factory)
		if err != nil {
			return fmt.Errorf("the controller %s: %w", name, err)
		}
		group.Go(func() error {
			logf.FromContext(ctx).V(logf.InfoLevel).Info("starting", "controller", name)
			return made.Run(workers, ctx)
		})
	}
	base.SharedInformerFactory.Start(ctx.Done())
	base.KubeSharedInformerFactory.Start(ctx.Done())
	base.HTTP01ResourceMetadataInformersFactory.Start(ctx.Done())
	return group.Wait()
}

// serve serves until the context ends, and lets requests under way finish.
func serve(ctx context.Context, server *http.Server, listener net.Listener) error {
	go func() {
		<-ctx.Done()
		limited, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(limited)
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

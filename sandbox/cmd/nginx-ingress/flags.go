package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// options are the arguments that this program understands, with the names, meanings and
// defaults that NGINX Ingress Controller's documentation gives them.
type options struct {
	configMap            string // -nginx-configmaps, <namespace>/<name>
	ingressClass         string // -ingress-class
	defaultServerSecret  string // -default-server-tls-secret, <namespace>/<name>
	reportStatus         bool   // -report-ingress-status
	externalService      string // -external-service
	leaderElection       bool   // -enable-leader-election
	leaseName            string // -leader-election-lock-name
	readyStatus          bool   // -ready-status
	readyPort            int    // -ready-status-port
	healthStatus         bool   // -health-status
	healthURI            string // -health-status-uri
	nginxStatus          bool   // -nginx-status
	nginxStatusPort      int    // -nginx-status-port
	nginxStatusAllow     string // -nginx-status-allow-cidrs
	httpPort             int    // -default-http-listener-port
	httpsPort            int    // -default-https-listener-port
	disableIPv6          bool   // -disable-ipv6
	reloadTimeoutSeconds float64
	logLevel             string // -log-level
}

// accepted are documented arguments that change nothing here.
var accepted = map[string]bool{
	"enable-telemetry-reporting": true, // nothing is ever reported
	"enable-custom-resources":    true, // there are none to watch, see the package's comment
	"ssl-dynamic-reload":         true,
	"log-format":                 true,
	"log_backtrace_at":           true,
	"vmodule":                    true,
	"enable-config-safety":       true, // every configuration is tested before it is loaded
}

// unsupported are documented arguments whose effect this program does not have. Without
// them, or switched off, they change nothing; with them it must not seem to have it.
var unsupported = map[string]bool{
	"agent": true, "agent-instance-group": true, "allow-empty-ingress-host": true,
	"app-protect-dos-debug": true, "app-protect-dos-max-daemons": true, "app-protect-dos-max-workers": true,
	"app-protect-dos-memory": true, "app-protect-enforcer-address": true, "app-protect-log-level": true,
	"enable-app-protect": true, "enable-app-protect-dos": true, "enable-cert-manager": true,
	"enable-external-dns": true, "enable-internal-routes": true, "enable-latency-metrics": true,
	"enable-oidc": true, "enable-prometheus-metrics": true, "enable-service-insight": true,
	"enable-snippets": true, "enable-tls-passthrough": true, "global-configuration": true,
	"ingress-template-path": true, "ingresslink": true, "main-template-path": true, "mgmt-configmap": true,
	"nginx-debug": true, "nginx-plus": true, "prometheus-metrics-listen-port": true,
	"prometheus-tls-secret": true, "proxy": true, "service-insight-listen-port": true,
	"service-insight-tls-secret": true, "spire-agent-address": true, "tls-passthrough-port": true,
	"transportserver-template-path": true, "version": true, "virtualserver-template-path": true,
	"watch-namespace": true, "watch-namespace-label": true, "watch-secret-namespace": true,
	"weight-changes-dynamic-reload": true, "wildcard-tls-secret": true,
}

// anything takes the value of an argument that is not understood, whatever its type.
type anything struct{ value string }

func (a *anything) String() string         { return a.value }
func (a *anything) Set(value string) error { a.value = value; return nil }

// IsBoolFlag makes "-name" without a value mean "-name=true". A documented string argument
// must then be written "-name=value", which is how manifests write it.
func (a *anything) IsBoolFlag() bool { return true }

func parseFlags(arguments []string) (*options, error) {
	o := &options{}
	reloadTimeout := 0
	set := flag.NewFlagSet("nginx-ingress", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&o.configMap, "nginx-configmaps", "", "")
	set.StringVar(&o.ingressClass, "ingress-class", "nginx", "")
	set.StringVar(&o.defaultServerSecret, "default-server-tls-secret", "", "")
	set.BoolVar(&o.reportStatus, "report-ingress-status", false, "")
	set.StringVar(&o.externalService, "external-service", "", "")
	set.BoolVar(&o.leaderElection, "enable-leader-election", true, "")
	set.StringVar(&o.leaseName, "leader-election-lock-name", "nginx-ingress-leader-election", "")
	set.BoolVar(&o.readyStatus, "ready-status", true, "")
	set.IntVar(&o.readyPort, "ready-status-port", 8081, "")
	set.BoolVar(&o.healthStatus, "health-status", false, "")
	set.StringVar(&o.healthURI, "health-status-uri", "/nginx-health", "")
	set.BoolVar(&o.nginxStatus, "nginx-status", true, "")
	set.IntVar(&o.nginxStatusPort, "nginx-status-port", 8080, "")
	set.StringVar(&o.nginxStatusAllow, "nginx-status-allow-cidrs", "127.0.0.1,::1", "")
	set.IntVar(&o.httpPort, "default-http-listener-port", 80, "")
	set.IntVar(&o.httpsPort, "default-https-listener-port", 443, "")
	set.BoolVar(&o.disableIPv6, "disable-ipv6", false, "")
	set.IntVar(&reloadTimeout, "nginx-reload-timeout", 60000, "")
	set.StringVar(&o.logLevel, "log-level", "info", "")
	others := map[string]*anything{}
	for _, names := range []map[string]bool{accepted, unsupported} {
		for name := range names {
			others[name] = &anything{}
			set.Var(others[name], name, "")
		}
	}
	if err := set.Parse(arguments); err != nil {
		return nil, err
	}
	if rest := set.Args(); len(rest) > 0 {
		return nil, fmt.Errorf("%q is no argument of NGINX Ingress Controller", rest[0])
	}
	o.reloadTimeoutSeconds = float64(reloadTimeout) / 1000
	var wrong []error
	set.Visit(func(given *flag.Flag) {
		if value, ok := given.Value.(*anything); ok && unsupported[given.Name] && value.value != "false" {
			wrong = append(wrong, fmt.Errorf("-%s has no effect in this stand-in for NGINX Ingress Controller", given.Name))
		}
	})
	for name, value := range map[string]string{
		"nginx-configmaps": o.configMap, "default-server-tls-secret": o.defaultServerSecret,
	} {
		if value == "" {
			continue
		}
		if namespace, object, found := strings.Cut(value, "/"); !found || namespace == "" || object == "" {
			wrong = append(wrong, fmt.Errorf("-%s must be <namespace>/<name>, and is %q", name, value))
		}
	}
	for name, port := range map[string]int{
		"ready-status-port": o.readyPort, "nginx-status-port": o.nginxStatusPort,
		"default-http-listener-port": o.httpPort, "default-https-listener-port": o.httpsPort,
	} {
		if port < 1 || port > 65535 {
			wrong = append(wrong, fmt.Errorf("-%s must be a port, and is %d", name, port))
		}
	}
	return o, errors.Join(wrong...)
}

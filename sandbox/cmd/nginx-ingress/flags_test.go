package main

import (
	"strings"
	"testing"
)

func TestTheManifestsArguments(t *testing.T) {
	o, err := parseFlags([]string{
		"-nginx-configmaps=nginx-ingress/nginx-config", "-report-ingress-status",
		"-external-service=nginx-ingress", "-enable-telemetry-reporting=false", "-log-level=debug", "-log-format=json",
	})
	if err != nil {
		t.Fatal(err)
	}
	if o.configMap != "nginx-ingress/nginx-config" || !o.reportStatus || o.externalService != "nginx-ingress" {
		t.Errorf("%+v", o)
	}
	if !o.readyStatus || o.readyPort != 8081 || !o.leaderElection || o.ingressClass != "nginx" || o.httpPort != 80 {
		t.Errorf("defaults: %+v", o)
	}
}

func TestOffIsTheSameAsNotThere(t *testing.T) {
	if _, err := parseFlags([]string{"-enable-snippets=false", "-nginx-plus=false"}); err != nil {
		t.Error(err)
	}
}

func TestWrongArguments(t *testing.T) {
	for given, want := range map[string]string{
		"-enable-snippets":                   "-enable-snippets has no effect in this stand-in",
		"-watch-namespace=a,b":               "-watch-namespace has no effect in this stand-in",
		"-enable-prometheus-metrics=true":    "-enable-prometheus-metrics has no effect",
		"-reprot-ingress-status":             "not defined: -reprot-ingress-status",
		"report-ingress-status":              `"report-ingress-status" is no argument`,
		"-nginx-configmaps=nginx-config":     `-nginx-configmaps must be <namespace>/<name>, and is "nginx-config"`,
		"-default-server-tls-secret=a/":      "-default-server-tls-secret must be <namespace>/<name>",
		"-ready-status-port=80810":           "-ready-status-port must be a port, and is 80810",
		"-default-http-listener-port=eighty": "invalid value",
	} {
		if _, err := parseFlags([]string{given}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", given, err, want)
		}
	}
}

package main

import (
	"reflect"
	"strings"
	"testing"

	"github.com/cert-manager/cert-manager/pkg/controller"
)

// What the containers of cert-manager.yaml v1.21.2 are given.
var (
	controllerArguments = []string{
		"controller", "--v=2", "--cluster-resource-namespace=cert-manager", "--leader-election-namespace=kube-system",
		"--acme-http01-solver-image=quay.io/jetstack/cert-manager-acmesolver:v1.21.2", "--max-concurrent-challenges=60",
	}
	webhookArguments = []string{
		"webhook", "--v=2", "--secure-port=10250", "--dynamic-serving-ca-secret-namespace=cert-manager",
		"--dynamic-serving-ca-secret-name=cert-manager-webhook-ca",
		"--dynamic-serving-dns-names=cert-manager-webhook", "--dynamic-serving-dns-names=cert-manager-webhook.cert-manager",
	}
	cainjectorArguments = []string{"cainjector", "--v=2", "--leader-election-namespace=kube-system"}
)

func TestTheManifestsArguments(t *testing.T) {
	_, chosen, err := parse(controllerArguments)
	if err != nil {
		t.Fatal(err)
	}
	if p := chosen.(*controllerProgram); p.resourceNamespace != "cert-manager" || p.leaseNamespace != "kube-system" {
		t.Errorf("%+v", p)
	}
	_, chosen, err = parse(webhookArguments)
	if err != nil {
		t.Fatal(err)
	}
	config := chosen.(*webhookProgram).config
	if config.SecurePort != 10250 || config.HealthzPort != 6080 || config.MetricsListenAddress != "0.0.0.0:9402" {
		t.Errorf("ports: %+v", config)
	}
	names := []string{"cert-manager-webhook", "cert-manager-webhook.cert-manager"}
	if dynamic := config.TLSConfig.Dynamic; dynamic.SecretName != "cert-manager-webhook-ca" || !reflect.DeepEqual(dynamic.DNSNames, names) {
		t.Errorf("%+v", dynamic)
	}

	_, chosen, err = parse(cainjectorArguments)
	if err != nil {
		t.Fatal(err)
	}
	if p := chosen.(*cainjectorProgram); p.leaseNamespace != "kube-system" {
		t.Errorf("%+v", p)
	}
}

func TestVerbosity(t *testing.T) {
	for _, arguments := range [][]string{controllerArguments, webhookArguments, cainjectorArguments} {
		name, chosen, err := parse(arguments)
		if err != nil || chosen.logging().Verbosity != 2 {
			t.Errorf("%s: %v, %v", name, chosen.logging().Verbosity, err)
		}
	}
}

func TestWrongArguments(t *testing.T) {
	for given, want := range map[string]string{
		"":                                "the first argument must be",
		"acmesolver":                      "the first argument must be",
		"controller --enable-gateway-api": "unknown flag: --enable-gateway-api",
		"controller --max-concurrent-challenges=many": "invalid argument",
		"cainjector now":          `no argument like "now"`,
		"webhook --secure-prot=1": "unknown flag: --secure-prot",
	} {
		if _, _, err := parse(strings.Fields(given)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", given, err, want)
		}
	}
}

func TestEveryControllerIsThere(t *testing.T) {
	known := controller.Known()
	for _, name := range controllers {
		if known[name] == nil {
			t.Errorf("%s is not registered", name)
		}
	}
}

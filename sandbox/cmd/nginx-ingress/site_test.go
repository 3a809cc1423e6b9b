package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"math/big"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	core "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	networking "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

var update = flag.Bool("update", false, "write the golden files anew")

// born is the creation time of the first ingress; each later one is a second younger.
var born = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// world is a cluster under construction.
type world struct {
	cluster
}

func newWorld() *world {
	return &world{cluster{
		services: map[types.NamespacedName]*core.Service{},
		slices:   map[types.NamespacedName][]*discovery.EndpointSlice{},
		secrets:  map[types.NamespacedName]*core.Secret{},
	}}
}

// ingress adds an Ingress of the class nginx in the namespace shop.
func (w *world) ingress(name string, spec networking.IngressSpec, annotations ...string) *networking.Ingress {
	class := "nginx"
	made := &networking.Ingress{Spec: spec}
	made.Name, made.Namespace, made.UID = name, "shop", types.UID(name)
	made.CreationTimestamp = metav1.NewTime(born.Add(time.Duration(len(w.ingresses)) * time.Second))
	made.Annotations = map[string]string{}
	for i := 0; i < len(annotations); i += 2 {
		made.Annotations[annotations[i]] = annotations[i+1]
	}
	if made.Spec.IngressClassName == nil {
		made.Spec.IngressClassName = &class
	}
	w.ingresses = append(w.ingresses, made)
	return made
}

// service adds a service with the port http, 80 to 8080, and these ready addresses.
func (w *world) service(name string, addresses ...string) {
	full := types.NamespacedName{Namespace: "shop", Name: name}
	w.services[full] = &core.Service{Spec: core.ServiceSpec{Ports: []core.ServicePort{
		{Name: "metrics", Port: 9090}, {Name: "http", Port: 80},
	}}}
	ready, notReady := true, false
	slice := &discovery.EndpointSlice{Ports: []discovery.EndpointPort{
		{Name: ptr("metrics"), Port: ptr(int32(9090))}, {Name: ptr("http"), Port: ptr(int32(8080))},
	}}
	for _, address := range addresses {
		slice.Endpoints = append(slice.Endpoints, discovery.Endpoint{
			Addresses: []string{address}, Conditions: discovery.EndpointConditions{Ready: &ready},
		})
	}
	slice.Endpoints = append(slice.Endpoints, discovery.Endpoint{
		Addresses: []string{"10.1.0.99"}, Conditions: discovery.EndpointConditions{Ready: &notReady},
	})
	w.slices[full] = []*discovery.EndpointSlice{slice}
}

func (w *world) secret(t *testing.T, name string) *core.Secret {
	t.Helper()
	certificate, key := pair(t)
	made := &core.Secret{Data: map[string][]byte{core.TLSCertKey: certificate, core.TLSPrivateKeyKey: key}}
	w.secrets[types.NamespacedName{Namespace: "shop", Name: name}] = made
	return made
}

func pair(t *testing.T) (certificate, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}),
		pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: encoded})
}

func ptr[T any](value T) *T { return &value }

// path is one path of a rule, to the port of the service called http.
func path(where, service string, kind ...networking.PathType) networking.HTTPIngressPath {
	made := networking.HTTPIngressPath{Path: where, PathType: ptr(networking.PathTypePrefix)}
	if len(kind) > 0 {
		made.PathType = &kind[0]
	}
	made.Backend.Service = &networking.IngressServiceBackend{
		Name: service, Port: networking.ServiceBackendPort{Name: "http"},
	}
	return made
}

func rule(host string, paths ...networking.HTTPIngressPath) networking.IngressRule {
	made := networking.IngressRule{Host: host}
	made.HTTP = &networking.HTTPIngressRuleValue{Paths: paths}
	return made
}

func rules(all ...networking.IngressRule) networking.IngressSpec {
	return networking.IngressSpec{Rules: all}
}

func withTLS(spec networking.IngressSpec, secret string, hosts ...string) networking.IngressSpec {
	spec.TLS = append(spec.TLS, networking.IngressTLS{Hosts: hosts, SecretName: secret})
	return spec
}

func (w *world) build() (*site, []verdict, []string) { return build(&w.cluster, "nginx", "") }

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	// The sum of a certificate that was made a moment ago.
	got = regexp.MustCompile(`-[0-9a-f]{24};`).ReplaceAll(got, []byte("-SUM;"))
	file := "testdata/" + name
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s differs from what was rendered; see it with -update and git diff:\n%s", file, got)
	}
}

func render(t *testing.T, o *options, made *site, ipv6 bool) []byte {
	t.Helper()
	text, err := newConfiguration(o, made, "7", ipv6).render()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func arguments(t *testing.T, given ...string) *options {
	t.Helper()
	o, err := parseFlags(given)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestNothingYet(t *testing.T) {
	made, verdicts, complaints := newWorld().build()
	if len(verdicts) != 0 || len(complaints) != 0 {
		t.Errorf("there is nothing to say, and it says %v, %v", verdicts, complaints)
	}
	golden(t, "nothing.conf", render(t, arguments(t, "-nginx-status=false"), made, false))
}

func TestAShop(t *testing.T) {
	w := newWorld()
	w.service("tea", "10.1.0.7", "10.1.0.6")
	w.service("coffee", "fd00::5")
	w.service("closed")
	w.secret(t, "shop-tls")
	w.configMap = &core.ConfigMap{Data: map[string]string{"http2": "true"}}
	w.ingress("cafe", withTLS(rules(rule("cafe.test",
		path("/tea", "tea"), path("/coffee", "coffee", networking.PathTypeExact), path("/", "closed"),
	)), "shop-tls", "cafe.test"),
		"nginx.org/client-max-body-size", "0", "nginx.org/proxy-read-timeout", "1h",
		"nginx.org/websocket-services", "tea, chat", "nginx.org/ssl-services", "coffee",
		"nginx.org/proxy-buffering", "False", "cert-manager.io/cluster-issuer", "gitops-ca")
	w.ingress("plain", networking.IngressSpec{
		Rules:          []networking.IngressRule{rule("plain.test")},
		DefaultBackend: &networking.IngressBackend{Service: path("", "tea").Backend.Service},
	}, "nginx.org/redirect-to-https", "true", "nginx.org/server-tokens", "false")
	made, verdicts, _ := w.build()
	for _, own := range verdicts {
		if own.rejected != "" || len(own.warnings) > 0 {
			t.Errorf("%s: %+v", own.ingress.Name, own)
		}
	}
	golden(t, "shop.conf", render(t, arguments(t, "-health-status"), made, true))
}

func TestTheConfigMapSetsWhatAnnotationsOverride(t *testing.T) {
	w := newWorld()
	w.configMap = &core.ConfigMap{Data: map[string]string{
		"client-max-body-size": "8m", "ssl-redirect": "false", "external-status-address": "127.0.0.1",
		"proxy-read-timeout": "soon", "http2": "true", "http3": "true",
	}}
	w.secret(t, "tls")
	w.ingress("one", withTLS(rules(rule("one.test", path("/", "a"))), "tls", "one.test"))
	w.ingress("two", withTLS(rules(rule("two.test", path("/", "a"))), "tls", "two.test"),
		"nginx.org/client-max-body-size", "1k", "nginx.org/ssl-redirect", "true")
	made, _, complaints := w.build()

	one, two := made.Servers[0], made.Servers[1]
	if one.SSLRedirect || one.Locations[0].Settings.MaxBodySize != "8m" || one.Locations[0].Settings.ReadTimeout != "60s" {
		t.Errorf("the ConfigMap is not followed: %+v", one)
	}
	if !made.Settings.HTTP2 {
		t.Error("HTTP/2 is not on")
	}
	if !two.SSLRedirect || two.Locations[0].Settings.MaxBodySize != "1k" {
		t.Errorf("the annotations are not followed: %+v", two)
	}
	want := []string{
		"the key http3 has no effect in this stand-in for NGINX Ingress Controller",
		`proxy-read-timeout: "soon": must be a time like 60s, 1m 30s or 500ms`,
	}
	if !reflect.DeepEqual(complaints, want) {
		t.Errorf("complaints %q, want %q", complaints, want)
	}
}

func TestWhatIsRejected(t *testing.T) {
	good := rules(rule("a.test", path("/", "a")))
	for name, test := range map[string]struct {
		spec        networking.IngressSpec
		annotations []string
		want        string
	}{
		"no rules":     {networking.IngressSpec{}, nil, "spec.rules: Required value"},
		"no host":      {rules(rule("", path("/", "a"))), nil, "spec.rules[0].host: Required value"},
		"host twice":   {rules(rule("a.test"), rule("a.test")), nil, `spec.rules[1].host: Duplicate value: "a.test"`},
		"path twice":   {rules(rule("a.test", path("/a", "a"), path("/a", "b"))), nil, `spec.rules[0].http.paths[1].path: Duplicate value: "/a"`},
		"not boolean":  {good, []string{"nginx.org/redirect-to-https", "yes please"}, `annotations.nginx.org/redirect-to-https: Invalid value: "yes please": must be a boolean`},
		"not a time":   {good, []string{"nginx.org/proxy-read-timeout", "1 fortnight"}, `annotations.nginx.org/proxy-read-timeout: Invalid value: "1 fortnight": must be a time`},
		"not a size":   {good, []string{"nginx.org/client-max-body-size", "10m; deny all"}, `annotations.nginx.org/client-max-body-size: Invalid value: "10m; deny all": must be a size`},
		"only for all": {good, []string{"nginx.org/http2", "true"}, "annotations.nginx.org/http2: Forbidden: this stand-in"},
		"no such":      {good, []string{"nginx.org/rewrites", "x"}, "annotations.nginx.org/rewrites: Forbidden: this stand-in"},
		"injection":    {rules(rule("a.test", path("/a { return 200; } location /b", "a"))), nil, "spec.rules[0].http.paths[0].path: Invalid value"},
		"variable":     {rules(rule("a.test", path("/$host", "a"))), nil, "spec.rules[0].http.paths[0].path: Invalid value"},
		"resource": {rules(rule("a.test", networking.HTTPIngressPath{Path: "/"})), nil,
			"spec.rules[0].http.paths[0].backend: Forbidden: resource backends"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.ingress("bad", test.spec, test.annotations...)
			w.ingress("good", rules(rule("good.test", path("/", "a"))))
			made, verdicts, _ := w.build()
			if !strings.Contains(verdicts[0].rejected, test.want) {
				t.Errorf("rejected for %q, want %q", verdicts[0].rejected, test.want)
			}
			if len(made.Servers) != 1 || made.Servers[0].Host != "good.test" {
				t.Errorf("only the other Ingress is to be served, not %+v", made.Servers)
			}
		})
	}
}

func TestTheOldestHasTheHost(t *testing.T) {
	w := newWorld()
	w.ingress("older", rules(rule("a.test", path("/", "old"))))
	w.ingress("younger", rules(rule("a.test", path("/", "new")), rule("b.test", path("/", "new"))))
	w.ingress("youngest", rules(rule("b.test", path("/", "newest"))))
	// The order in which an informer lists them means nothing.
	w.ingresses[0], w.ingresses[2] = w.ingresses[2], w.ingresses[0]
	made, verdicts, _ := w.build()

	if made.Servers[0].Locations[0].Service != "old" || made.Servers[1].Locations[0].Service != "new" {
		t.Errorf("not the oldest: %+v", made.Servers)
	}
	if want := []string{"host a.test is taken by another resource"}; !reflect.DeepEqual(verdicts[1].warnings, want) {
		t.Errorf("warnings %q, want %q", verdicts[1].warnings, want)
	}
	if want := "All hosts are taken by other resources"; verdicts[2].rejected != want {
		t.Errorf("rejected for %q, want %q", verdicts[2].rejected, want)
	}
}

func TestASecretThatIsNotThereYet(t *testing.T) {
	for name, break_ := range map[string]func(*world){
		"missing": func(w *world) { delete(w.secrets, types.NamespacedName{Namespace: "shop", Name: "tls"}) },
		"empty":   func(w *world) { w.secrets[types.NamespacedName{Namespace: "shop", Name: "tls"}].Data = nil },
		"other key": func(w *world) {
			w.secrets[types.NamespacedName{Namespace: "shop", Name: "tls"}].Data[core.TLSPrivateKeyKey] = []byte("x")
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.secret(t, "tls")
			break_(w)
			w.ingress("a", withTLS(rules(rule("a.test", path("/", "a"))), "tls", "a.test"))
			made, verdicts, _ := w.build()
			if len(verdicts[0].warnings) != 1 || !strings.HasPrefix(verdicts[0].warnings[0], "TLS secret tls is invalid: ") {
				t.Errorf("warnings %q", verdicts[0].warnings)
			}
			text := string(render(t, arguments(t), made, false))
			if strings.Count(text, "ssl_reject_handshake on;") != 2 || strings.Contains(text, "ssl_certificate ") {
				t.Errorf("the default server and the host are to refuse handshakes:\n%s", text)
			}
			if !strings.Contains(text, "return 301 https://$host:443$request_uri;") {
				t.Error("HTTP is redirected nevertheless")
			}
		})
	}
}

func TestARenewedCertificateIsANewFile(t *testing.T) {
	w := newWorld()
	w.ingress("a", withTLS(rules(rule("a.test", path("/", "a"))), "tls", "a.test"))
	w.secret(t, "tls")
	before, _, _ := w.build()
	w.secret(t, "tls")
	after, _, _ := w.build()
	if before.Servers[0].Certificate == after.Servers[0].Certificate {
		t.Errorf("both are %s", after.Servers[0].Certificate)
	}
	if len(after.files) != 1 {
		t.Errorf("files %v", after.files)
	}
}

func TestTheDefaultServersCertificate(t *testing.T) {
	w := newWorld()
	w.secret(t, "default")
	made, _, complaints := build(&w.cluster, "nginx", "shop/default")
	if made.DefaultSecret == "" || len(complaints) != 0 {
		t.Errorf("no default certificate: %v", complaints)
	}
	made, _, complaints = build(&w.cluster, "nginx", "shop/other")
	if made.DefaultSecret != "" || len(complaints) != 1 {
		t.Errorf("a certificate from nowhere: %+v, %v", made, complaints)
	}
}

func TestAnotherClassIsLeftAlone(t *testing.T) {
	w := newWorld()
	w.ingress("other", networking.IngressSpec{IngressClassName: ptr("public"), Rules: []networking.IngressRule{rule("a.test")}})
	none := w.ingress("none", rules(rule("b.test")))
	none.Spec.IngressClassName = nil
	made, verdicts, _ := w.build()
	if len(made.Servers) != 0 || len(verdicts) != 0 {
		t.Errorf("served: %+v, said: %+v", made.Servers, verdicts)
	}
}

func TestEndpoints(t *testing.T) {
	w := newWorld()
	w.service("tea", "10.1.0.8", "10.1.0.7")
	name := types.NamespacedName{Namespace: "shop", Name: "tea"}
	// The same address again, as during a change of slices, and one whose readiness is not known.
	w.slices[name] = append(w.slices[name], &discovery.EndpointSlice{
		Ports:     []discovery.EndpointPort{{Name: ptr("http"), Port: ptr(int32(8080))}},
		Endpoints: []discovery.Endpoint{{Addresses: []string{"10.1.0.7"}}, {Addresses: []string{"10.1.0.9"}}},
	})
	for what, test := range map[string]struct {
		backend networking.IngressServiceBackend
		want    []string
	}{
		"by name":         {networking.IngressServiceBackend{Name: "tea", Port: networking.ServiceBackendPort{Name: "http"}}, []string{"10.1.0.7:8080", "10.1.0.8:8080", "10.1.0.9:8080"}},
		"by number":       {networking.IngressServiceBackend{Name: "tea", Port: networking.ServiceBackendPort{Number: 9090}}, []string{"10.1.0.7:9090", "10.1.0.8:9090"}},
		"no such port":    {networking.IngressServiceBackend{Name: "tea", Port: networking.ServiceBackendPort{Number: 81}}, nil},
		"no such service": {networking.IngressServiceBackend{Name: "milk", Port: networking.ServiceBackendPort{Name: "http"}}, nil},
	} {
		if got := endpoints(&w.cluster, "shop", &test.backend).Servers; !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %v, want %v", what, got, test.want)
		}
	}
}

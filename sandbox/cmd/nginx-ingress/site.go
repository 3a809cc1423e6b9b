package main

import (
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"maps"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	core "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// cluster is what the controller knows of the cluster: everything that decides what nginx does.
type cluster struct {
	ingresses []*networking.Ingress
	services  map[types.NamespacedName]*core.Service
	slices    map[types.NamespacedName][]*discovery.EndpointSlice // by service
	secrets   map[types.NamespacedName]*core.Secret
	configMap *core.ConfigMap // nil without -nginx-configmaps
}

// site is what nginx is to do.
type site struct {
	Settings      settings
	DefaultSecret string // file with certificate and key of the default server; empty: it has none
	Servers       []server
	Upstreams     []upstream
	// files are the certificates with their keys, by file name.
	files map[string][]byte
}

// server is one host of one Ingress.
type server struct {
	Ingress         types.NamespacedName
	Host            string
	TLS             bool
	Certificate     string // empty: the secret is missing or invalid, and handshakes are refused
	SSLRedirect     bool
	RedirectToHTTPS bool
	ServerTokens    bool
	Locations       []location
}

// location is one path of a host.
type location struct {
	Path      string // as nginx writes it: "/a", "= /a"
	Service   string
	Upstream  string
	Scheme    string
	WebSocket bool
	Settings  settings
}

// upstream is the ready endpoints of a service's port.
type upstream struct {
	Name    string
	Servers []string // host:port; none: nobody answers
}

// settings are what annotations and, for all of them, the ConfigMap set.
type settings struct {
	ConnectTimeout string
	ReadTimeout    string
	SendTimeout    string
	MaxBodySize    string
	Buffering      bool
	SSLRedirect    bool
	ToHTTPS        bool
	ServerTokens   bool
	HTTP2          bool
}

// defaults are those of NGINX Ingress Controller's documentation.
var defaults = settings{
	ConnectTimeout: "60s", ReadTimeout: "60s", SendTimeout: "60s", MaxBodySize: "1m",
	Buffering: true, SSLRedirect: true, ServerTokens: true,
}

// verdict is what the controller has to say of an Ingress.
type verdict struct {
	ingress *networking.Ingress
	// rejected says why the Ingress has no effect at all; empty: it has.
	rejected string
	warnings []string
}

const (
	annotationPrefix = "nginx.org/"
	// secretFolder is where certificates lie.
	secretFolder = "/etc/nginx/secrets"
)

var (
	nginxTime = regexp.MustCompile(`^(\d+(ms|s|m|h|d|w|M|y)\s?)*\d+(ms|s|m|h|d|w|M|y)?$`)
	nginxSize = regexp.MustCompile(`^\d+[kKmMgG]?$`)
	// What a path may hold without meaning something to nginx.
	plainPath = regexp.MustCompile(`^/[^\s{};"'\\$]*$`)
)

// settingsTable says how each key changes the settings. The same keys are annotations
// (with the prefix nginx.org/) and keys of the ConfigMap.
var settingsTable = map[string]func(*settings, string) string{
	"proxy-connect-timeout": func(s *settings, value string) string { return setTime(&s.ConnectTimeout, value) },
	"proxy-read-timeout":    func(s *settings, value string) string { return setTime(&s.ReadTimeout, value) },
	"proxy-send-timeout":    func(s *settings, value string) string { return setTime(&s.SendTimeout, value) },
	"client-max-body-size":  func(s *settings, value string) string { return setSize(&s.MaxBodySize, value) },
	"proxy-buffering":       func(s *settings, value string) string { return setBool(&s.Buffering, value) },
	"ssl-redirect":          func(s *settings, value string) string { return setBool(&s.SSLRedirect, value) },
	"redirect-to-https":     func(s *settings, value string) string { return setBool(&s.ToHTTPS, value) },
	"server-tokens":         func(s *settings, value string) string { return setBool(&s.ServerTokens, value) },
}

// onlyConfigMap are further keys of the ConfigMap, which are no annotations.
var onlyConfigMap = map[string]func(*settings, string) string{
	"http2": func(s *settings, value string) string { return setBool(&s.HTTP2, value) },
}

// The annotations and the key that are no settings.
const (
	webSocketServices = annotationPrefix + "websocket-services"
	sslServices       = annotationPrefix + "ssl-services"
	externalAddress   = "external-status-address"
)

// build works out what nginx is to do, and what there is to say of each Ingress of the class.
// The second list are the complaints about the ConfigMap.
func build(known *cluster, class, defaultSecret string) (*site, []verdict, []string) {
	made := &site{Settings: defaults, files: map[string][]byte{}}
	complaints := made.readConfigMap(known.configMap)
	if defaultSecret != "" {
		namespace, name, _ := strings.Cut(defaultSecret, "/")
		file, err := made.certificate(known, types.NamespacedName{Namespace: namespace, Name: name})
		if err != nil {
			complaints = append(complaints, err.Error())
		}
		made.DefaultSecret = file
	}

	ours := slices.DeleteFunc(slices.Clone(known.ingresses), func(ingress *networking.Ingress) bool {
		return ingress.Spec.IngressClassName == nil || *ingress.Spec.IngressClassName != class
	})
	// Of several Ingresses with the same host the oldest has it.
	slices.SortFunc(ours, func(a, b *networking.Ingress) int {
		if order := a.CreationTimestamp.Compare(b.CreationTimestamp.Time); order != 0 {
			return order
		}
		return strings.Compare(string(a.UID), string(b.UID))
	})

	var verdicts []verdict
	taken := map[string]bool{}
	upstreams := map[string]upstream{}
	for _, ingress := range ours {
		own := verdict{ingress: ingress}
		if problems := validate(ingress); len(problems) > 0 {
			own.rejected = problems.ToAggregate().Error()
			verdicts = append(verdicts, own)
			continue
		}
		free := 0
		for _, rule := range ingress.Spec.Rules {
			if taken[rule.Host] {
				own.warnings = append(own.warnings, fmt.Sprintf("host %s is taken by another resource", rule.Host))
				continue
			}
			taken[rule.Host] = true
			free++
			built, warnings := made.server(known, ingress, rule, upstreams)
			made.Servers = append(made.Servers, built)
			own.warnings = append(own.warnings, warnings...)
		}
		if free == 0 {
			own.rejected, own.warnings = "All hosts are taken by other resources", nil
		}
		verdicts = append(verdicts, own)
	}
	slices.SortFunc(made.Servers, func(a, b server) int { return strings.Compare(a.Host, b.Host) })
	for _, name := range slices.Sorted(maps.Keys(upstreams)) {
		made.Upstreams = append(made.Upstreams, upstreams[name])
	}
	return made, verdicts, complaints
}

// readConfigMap takes the settings for all Ingresses over, and says what it cannot take.
func (s *site) readConfigMap(configMap *core.ConfigMap) []string {
	var complaints []string
	if configMap == nil {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(configMap.Data)) {
		if key == externalAddress {
			continue
		}
		set, known := settingsTable[key]
		if !known {
			set, known = onlyConfigMap[key]
		}
		if !known {
			complaints = append(complaints, fmt.Sprintf("the key %s has no effect in this stand-in for NGINX Ingress Controller", key))
			continue
		}
		if wrong := set(&s.Settings, configMap.Data[key]); wrong != "" {
			complaints = append(complaints, fmt.Sprintf("%s: %q: %s", key, configMap.Data[key], wrong))
		}
	}
	return complaints
}

// validate says why an Ingress can have no effect.
func validate(ingress *networking.Ingress) field.ErrorList {
	var problems field.ErrorList
	annotations := field.NewPath("annotations")
	ignored := settings{}
	for _, name := range slices.Sorted(maps.Keys(ingress.Annotations)) {
		key, ours := strings.CutPrefix(name, annotationPrefix)
		if !ours || name == webSocketServices || name == sslServices {
			continue
		}
		set, known := settingsTable[key]
		if !known {
			problems = append(problems, field.Forbidden(annotations.Child(name),
				"this stand-in for NGINX Ingress Controller does not have it"))
			continue
		}
		if wrong := set(&ignored, ingress.Annotations[name]); wrong != "" {
			problems = append(problems, field.Invalid(annotations.Child(name), ingress.Annotations[name], wrong))
		}
	}
	spec := field.NewPath("spec")
	if len(ingress.Spec.Rules) == 0 {
		problems = append(problems, field.Required(spec.Child("rules"), ""))
	}
	seen := map[string]bool{}
	for i, rule := range ingress.Spec.Rules {
		at := spec.Child("rules").Index(i)
		switch {
		case rule.Host == "":
			problems = append(problems, field.Required(at.Child("host"), ""))
		case seen[rule.Host]:
			problems = append(problems, field.Duplicate(at.Child("host"), rule.Host))
		}
		seen[rule.Host] = true
		if rule.HTTP == nil {
			continue
		}
		paths := map[string]bool{}
		for j, path := range rule.HTTP.Paths {
			at := at.Child("http").Child("paths").Index(j)
			if where := locationPath(path); paths[where] {
				problems = append(problems, field.Duplicate(at.Child("path"), path.Path))
			} else {
				paths[where] = true
			}
			if path.Path != "" && !plainPath.MatchString(path.Path) {
				problems = append(problems, field.Invalid(at.Child("path"), path.Path,
					"must begin with / and hold no white space, quotes, braces, ; or $"))
			}
			if path.Backend.Service == nil {
				problems = append(problems, field.Forbidden(at.Child("backend"), "resource backends are not supported"))
			}
		}
	}
	if backend := ingress.Spec.DefaultBackend; backend != nil && backend.Service == nil {
		problems = append(problems, field.Forbidden(spec.Child("defaultBackend"), "resource backends are not supported"))
	}
	return problems
}

// server builds one host of a valid Ingress.
func (s *site) server(
	known *cluster, ingress *networking.Ingress, rule networking.IngressRule, upstreams map[string]upstream,
) (server, []string) {
	own := s.Settings
	for name, value := range ingress.Annotations {
		if set, found := settingsTable[strings.TrimPrefix(name, annotationPrefix)]; found && strings.HasPrefix(name, annotationPrefix) {
			set(&own, value)
		}
	}
	built := server{
		Ingress:         types.NamespacedName{Namespace: ingress.Namespace, Name: ingress.Name},
		Host:            rule.Host,
		RedirectToHTTPS: own.ToHTTPS,
		ServerTokens:    own.ServerTokens,
	}
	var warnings []string
	for _, section := range ingress.Spec.TLS {
		if !slices.Contains(section.Hosts, rule.Host) {
			continue
		}
		built.TLS, built.SSLRedirect = true, own.SSLRedirect
		file, err := s.certificate(known, types.NamespacedName{Namespace: ingress.Namespace, Name: section.SecretName})
		if err != nil {
			warnings = append(warnings, err.Error())
		}
		built.Certificate = file
		break
	}

	webSockets := names(ingress.Annotations[webSocketServices])
	overTLS := names(ingress.Annotations[sslServices])
	add := func(path string, backend *networking.IngressServiceBackend) {
		reached := endpoints(known, ingress.Namespace, backend)
		reached.Name = fmt.Sprintf("%s-%s-%s-%s-%s",
			ingress.Namespace, ingress.Name, rule.Host, backend.Name, portName(backend.Port))
		upstreams[reached.Name] = reached
		scheme := "http"
		if overTLS[backend.Name] {
			scheme = "https"
		}
		built.Locations = append(built.Locations, location{
			Path: path, Service: backend.Name, Upstream: reached.Name, Scheme: scheme,
			WebSocket: webSockets[backend.Name], Settings: own,
		})
	}
	root := false
	if rule.HTTP != nil {
		for _, path := range rule.HTTP.Paths {
			where := locationPath(path)
			root = root || where == "/"
			add(where, path.Backend.Service)
		}
	}
	if backend := ingress.Spec.DefaultBackend; backend != nil && !root {
		add("/", backend.Service)
	}
	return built, warnings
}

// locationPath writes a path as nginx does. A Prefix matches as text, not by elements:
// /a also matches /ab, as it does in NGINX Ingress Controller.
func locationPath(path networking.HTTPIngressPath) string {
	where := path.Path
	if where == "" {
		where = "/"
	}
	if path.PathType != nil && *path.PathType == networking.PathTypeExact {
		where = "= " + where
	}
	return where
}

// certificate takes a TLS secret in, and returns the file that nginx finds it in.
func (s *site) certificate(known *cluster, name types.NamespacedName) (string, error) {
	secret := known.secrets[name]
	if secret == nil {
		return "", fmt.Errorf("TLS secret %s is invalid: secret doesn't exist or of an unsupported type", name.Name)
	}
	certificate, key := secret.Data[core.TLSCertKey], secret.Data[core.TLSPrivateKeyKey]
	if _, err := tls.X509KeyPair(certificate, key); err != nil {
		return "", fmt.Errorf("TLS secret %s is invalid: %w", name.Name, err)
	}
	content := slices.Concat(certificate, []byte("\n"), key)
	// The content is in the name: a worker of the old configuration never sees the new file.
	file := fmt.Sprintf("%s/%s-%s-%.12x", secretFolder, name.Namespace, name.Name, sha256.Sum256(content))
	s.files[file] = content
	return file, nil
}

// endpoints finds who answers on a service's port.
func endpoints(known *cluster, namespace string, backend *networking.IngressServiceBackend) upstream {
	name := types.NamespacedName{Namespace: namespace, Name: backend.Name}
	service := known.services[name]
	if service == nil {
		return upstream{}
	}
	var port *core.ServicePort
	for i, candidate := range service.Spec.Ports {
		if (backend.Port.Name != "" && candidate.Name == backend.Port.Name) ||
			(backend.Port.Name == "" && candidate.Port == backend.Port.Number) {
			port = &service.Spec.Ports[i]
			break
		}
	}
	if port == nil {
		return upstream{}
	}
	found := map[string]bool{}
	for _, slice := range known.slices[name] {
		for _, offered := range slice.Ports {
			if offered.Port == nil || offered.Name == nil || *offered.Name != port.Name {
				continue
			}
			for _, endpoint := range slice.Endpoints {
				if endpoint.Conditions.Ready != nil && !*endpoint.Conditions.Ready {
					continue
				}
				for _, address := range endpoint.Addresses {
					found[net.JoinHostPort(address, strconv.Itoa(int(*offered.Port)))] = true
				}
			}
		}
	}
	return upstream{Servers: slices.Sorted(maps.Keys(found))}
}

func portName(port networking.ServiceBackendPort) string {
	if port.Name != "" {
		return port.Name
	}
	value := intstr.FromInt32(port.Number)
	return value.String()
}

// names reads a list like "tea, coffee".
func names(list string) map[string]bool {
	found := map[string]bool{}
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			found[name] = true
		}
	}
	return found
}

func setTime(into *string, value string) string {
	if !nginxTime.MatchString(value) {
		return "must be a time like 60s, 1m 30s or 500ms"
	}
	*into = value
	return ""
}

func setSize(into *string, value string) string {
	if !nginxSize.MatchString(value) {
		return "must be a size like 16, 32k or 64m"
	}
	*into = value
	return ""
}

func setBool(into *bool, value string) string {
	parsed, err := strconv.ParseBool(value)
	if err != nil {
		return "must be a boolean"
	}
	*into = parsed
	return ""
}
